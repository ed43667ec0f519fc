//===- WaitGraph.cpp - What waits for what in rows ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WaitGraph.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace layerpipe::scheduling {

using Kind = RowStep::Kind;

WaitGraph::WaitGraph(const CommunicationRows &rows, Transport transport)
    : rows(rows), transport(transport),
      messages(static_cast<int64_t>(rows.messages.size())) {
  auto count = static_cast<int64_t>(rows.processors.size());
  for (int64_t processor = 0; processor < count; ++processor) {
    first.push_back(countSteps());
    processors.insert(processors.end(), rows.processors[processor].size(),
                      processor);
  }
  for (int64_t processor = 0; processor < count; ++processor) {
    addRow(processor);
    addReads(processor);
    if (transport != Transport::eager)
      addQueues(processor);
  }
}

void WaitGraph::add(int64_t from, int64_t to, Reason reason,
                    int64_t processor) {
  waits.push_back({from, to});
  reasons.push_back(reason);
  places.push_back(processor);
}

/// Steps follow one another, and a message is there when both ends are posted.
void WaitGraph::addRow(int64_t processor) {
  const std::vector<RowStep> &row = rows.processors[processor];
  for (int64_t at = 0; at < static_cast<int64_t>(row.size()); ++at) {
    int64_t node = nodeOfStep(processor, at);
    if (at > 0)
      add(node - 1, node, Reason::row, processor);
    if (row[at].kind == Kind::compute)
      continue;
    int64_t message = nodeOfMessage(row[at].message);
    add(node, message, Reason::posted, processor);
    if (transport == Transport::host &&
        at + 1 < static_cast<int64_t>(row.size()))
      add(message, node + 1, Reason::host, processor);
  }
}

/// An action waits for the messages that it reads.
void WaitGraph::addReads(int64_t processor) {
  using Key = std::tuple<int64_t, ActionKind, int64_t>;
  auto keyOf = [](const PipelineAction &action) {
    return Key{action.stage, action.kind, action.microbatch};
  };
  const std::vector<RowStep> &row = rows.processors[processor];
  std::map<Key, std::vector<int64_t>> received;
  for (const RowStep &step : row)
    if (step.kind == Kind::receive)
      received[keyOf(rows.messages[step.message].consumer)].push_back(
          step.message);
  for (int64_t at = 0; at < static_cast<int64_t>(row.size()); ++at) {
    if (row[at].kind != Kind::compute)
      continue;
    auto found = received.find(keyOf(row[at].action));
    if (found == received.end())
      continue;
    for (int64_t message : found->second)
      add(nodeOfMessage(message), nodeOfStep(processor, at), Reason::read,
          processor);
  }
}

/// Returns a number for the queue that the operation enters at its processor.
int64_t WaitGraph::queueOf(int64_t processor, const RowStep &step) const {
  const Message &message = rows.messages[step.message];
  bool send = step.kind == Kind::send;
  int64_t partner = send ? message.toProcessor : message.fromProcessor;
  if (transport == Transport::pair)
    return 2 * partner;
  if (transport == Transport::edge)
    return 2 * partner + (send ? 1 : 0);
  return 2 * processor;
}

void WaitGraph::addQueues(int64_t processor) {
  std::map<int64_t, int64_t> last;
  for (const RowStep &step : rows.processors[processor]) {
    if (step.kind == Kind::compute)
      continue;
    auto [entry, isFirst] =
        last.try_emplace(queueOf(processor, step), step.message);
    if (!isFirst)
      add(nodeOfMessage(entry->second), nodeOfMessage(step.message),
          Reason::queue, processor);
    entry->second = step.message;
  }
}

const RowStep &WaitGraph::stepOf(int64_t node) const {
  int64_t processor = processorOf(node);
  return rows.processors[processor][node - messages - first[processor]];
}

/// Names the end of a message that the processor has.
std::string WaitGraph::endOf(int64_t message, int64_t processor) const {
  bool send = rows.messages[message].fromProcessor == processor;
  return describe(rows, {send ? Kind::send : Kind::receive, {}, message});
}

std::string WaitGraph::explain(int64_t first, int64_t last) const {
  auto nameOf = [&](int64_t node) {
    return isMessage(node) ? endOf(node, places[first])
                           : describe(rows, stepOf(node));
  };
  std::string head = nameOf(waits[last].to), tail = nameOf(waits[first].from);
  int64_t processor = places[first];
  switch (reasons[first]) {
  case Reason::row:
    return fmt::format("'{}' of processor {} comes after '{}'", head, processor,
                       tail);
  case Reason::posted:
    return "";
  case Reason::read:
    return fmt::format("'{}' of processor {} reads what '{}' brings", head,
                       processor, tail);
  case Reason::host:
    return fmt::format("processor {} waits for '{}' before '{}'", processor,
                       tail, head);
  case Reason::queue:
    return fmt::format("'{}' of processor {} is queued behind '{}'", head,
                       processor, tail);
  }
  return "";
}

} // namespace layerpipe::scheduling
