//===- Buffers.cpp - Until when messages need memory ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each processor has a clock for each other one: how many steps of that row are
// known to be over. A message carries its sender's clocks along.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/Buffers.h"

#include "WaitGraph.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

using Kind = RowStep::Kind;
using Clocks = std::vector<int64_t>;

class Lives {
public:
  explicit Lives(const CommunicationRows &rows)
      : rows(rows), lives(rows.messages.size()), readAt(rows.messages.size()),
        carried(rows.messages.size()),
        clocks(rows.processors.size(), Clocks(rows.processors.size(), 0)),
        reads(rows.processors.size()), unknown(rows.processors.size()) {}

  std::vector<BufferLife> run(const WaitGraph &graph,
                              const std::vector<int64_t> &order);

private:
  using ReadStep = std::pair<int64_t, int64_t>; // The step, and the message.
  using Pending = std::priority_queue<ReadStep, std::vector<ReadStep>,
                                      std::greater<ReadStep>>;

  void findReads(int64_t processor);
  void compute(int64_t processor, int64_t at);
  void freeSent(int64_t processor, int64_t at);

  const CommunicationRows &rows;
  std::vector<BufferLife> lives;
  /// Gives the step of each message's reader.
  std::vector<int64_t> readAt;
  std::vector<Clocks> carried;
  std::vector<Clocks> clocks;
  /// Lists the messages that each step of a row reads first.
  std::vector<std::vector<std::vector<int64_t>>> reads;
  /// Holds, for each processor and receiver, what was sent and may still lie
  /// there unread.
  std::vector<std::map<int64_t, Pending>> unknown;
};

/// Finds the readers of what the processor receives, and the last ones.
void Lives::findReads(int64_t processor) {
  const std::vector<RowStep> &row = rows.processors[processor];
  auto keyOf = [](const PipelineAction &action) {
    return std::tuple(action.stage, action.kind, action.microbatch);
  };
  std::map<std::tuple<int64_t, ActionKind, int64_t>, int64_t> places;
  // The last gradient action of a stage and a microbatch.
  std::map<std::pair<int64_t, int64_t>, int64_t> last;
  for (int64_t at = 0; at < static_cast<int64_t>(row.size()); ++at) {
    const PipelineAction &action = row[at].action;
    if (row[at].kind != Kind::compute)
      continue;
    places.emplace(keyOf(action), at);
    last[{action.stage, action.microbatch}] = at;
  }
  reads[processor].resize(row.size());
  for (int64_t at = 0; at < static_cast<int64_t>(row.size()); ++at) {
    int64_t message = row[at].message;
    if (row[at].kind == Kind::send)
      lives[message].sent = at;
    if (row[at].kind != Kind::receive)
      continue;
    const PipelineAction &reader = rows.messages[message].consumer;
    readAt[message] = places.at(keyOf(reader));
    reads[processor][readAt[message]].push_back(message);
    lives[message].received = at;
    lives[message].receivedFree =
        last.at({reader.stage, reader.microbatch}) + 1;
  }
}

/// Frees what was sent to processors that are known to have read it.
void Lives::freeSent(int64_t processor, int64_t at) {
  for (auto &[receiver, pending] : unknown[processor])
    while (!pending.empty() &&
           pending.top().first < clocks[processor][receiver]) {
      lives[pending.top().second].sentFree = at;
      pending.pop();
    }
}

void Lives::compute(int64_t processor, int64_t at) {
  Clocks &clock = clocks[processor];
  if (reads[processor][at].empty())
    return;
  for (int64_t message : reads[processor][at])
    for (size_t other = 0; other < clock.size(); ++other)
      clock[other] = std::max(clock[other], carried[message][other]);
  freeSent(processor, at);
}

std::vector<BufferLife> Lives::run(const WaitGraph &graph,
                                   const std::vector<int64_t> &order) {
  auto count = static_cast<int64_t>(rows.processors.size());
  for (int64_t processor = 0; processor < count; ++processor)
    findReads(processor);
  std::vector<int64_t> next(count, 0);
  for (int64_t node : order) {
    if (graph.isMessage(node))
      continue;
    int64_t processor = graph.processorOf(node);
    int64_t at = next[processor]++;
    const RowStep &step = graph.stepOf(node);
    if (step.kind == Kind::compute)
      compute(processor, at);
    clocks[processor][processor] = at + 1;
    if (step.kind != Kind::send)
      continue;
    carried[step.message] = clocks[processor];
    lives[step.message].sentFree =
        static_cast<int64_t>(rows.processors[processor].size());
    unknown[processor][rows.messages[step.message].toProcessor].push(
        {readAt[step.message], step.message});
  }
  return std::move(lives);
}

} // namespace

Result<std::vector<BufferLife>> buffersOf(const CommunicationRows &rows) {
  if (Status valid = check(rows); !valid)
    return valid;
  if (Status runs = checkTransport(rows, Transport::eager); !runs)
    return runs;
  WaitGraph graph(rows, Transport::eager);
  return Lives(rows).run(graph,
                         topologicalOrder(graph.countNodes(), graph.arcs()));
}

std::vector<int64_t> mostBuffers(const CommunicationRows &rows,
                                 const std::vector<BufferLife> &lives) {
  // Changes of each processor's number of buffers, step by step.
  std::vector<std::vector<int64_t>> changes;
  for (const std::vector<RowStep> &row : rows.processors)
    changes.emplace_back(row.size() + 1, 0);
  for (size_t message = 0; message < lives.size(); ++message) {
    const BufferLife &life = lives[message];
    std::vector<int64_t> &from = changes[rows.messages[message].fromProcessor];
    std::vector<int64_t> &to = changes[rows.messages[message].toProcessor];
    ++from[life.sent];
    --from[life.sentFree];
    ++to[life.received];
    --to[life.receivedFree];
  }
  std::vector<int64_t> most;
  for (const std::vector<int64_t> &row : changes) {
    int64_t now = 0, peak = 0;
    for (int64_t change : row)
      peak = std::max(peak, now += change);
    most.push_back(peak);
  }
  return most;
}

} // namespace layerpipe::scheduling
