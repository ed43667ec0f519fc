//===- Executor.cpp - Runs an order event by event ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Executor.h"

#include <algorithm>
#include <map>

namespace layerpipe::scheduling {
namespace {

Phase phaseOf(ActionKind kind) {
  switch (kind) {
  case ActionKind::forward:
    return Phase::forward;
  case ActionKind::weight_gradient:
    return Phase::weights;
  case ActionKind::input_gradient:
  case ActionKind::backward:
    break;
  }
  return Phase::gradient;
}

/// Mixes bits as Steele, Lea and Flood's SplitMix64 does.
uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

} // namespace

Executor::Executor(const PipelineProblem &problem, const PipelineOrder &order,
                   const SimulationOptions &options)
    : problem(problem), order(order), options(options), costs(problem),
      edgesInto(problem.stages.size(), problem.edges.size(),
                [&](int64_t edge) { return problem.edges[edge].to; }),
      edgesFrom(problem.stages.size(), problem.edges.size(),
                [&](int64_t edge) { return problem.edges[edge].from; }),
      rows(problem.machine.processors),
      isTouched(problem.machine.processors, false) {
  makeRows();
  makeInputs();
}

int64_t Executor::indexOf(const PipelineAction &action) const {
  return indexOf(action.stage, phaseOf(action.kind), action.microbatch);
}

void Executor::makeRows() {
  result.processors.resize(rows.size());
  for (size_t processor = 0; processor < rows.size(); ++processor) {
    Row &row = rows[processor];
    const auto &actions = order.processors[processor];
    int64_t count = actions.size();
    for (int64_t first = 0, last = 0; first < count; first = last) {
      do
        ++last;
      while (actions[last - 1].overlapsNext);
      row.groups.push_back({first, last});
      row.next.push_back(row.groups.size());
    }
    result.processors[processor].actions.reserve(count);
    touch(processor);
  }
  for (const PipelineStage &stage : problem.stages)
    rows[stage.processor].heldBytes += stage.residentBytes;
}

void Executor::makeInputs() {
  int64_t stages = problem.stages.size();
  lacking.resize(stages * problem.microbatches * phases);
  for (int64_t stage = 0; stage < stages; ++stage)
    for (int64_t m = 0; m < problem.microbatches; ++m) {
      lacking[indexOf(stage, Phase::forward, m)] = edgesInto.of(stage).size();
      // The forward action of the stage itself is an input of its gradients.
      lacking[indexOf(stage, Phase::gradient, m)] =
          edgesFrom.of(stage).size() + 1;
      lacking[indexOf(stage, Phase::weights, m)] = 1;
    }
  std::map<std::pair<int64_t, int64_t>, int64_t> known;
  auto number = [&](int64_t from, int64_t to) {
    linkOfEdge.push_back(
        known.try_emplace({from, to}, known.size()).first->second);
  };
  for (const StageEdge &edge : problem.edges) {
    int64_t from = problem.stages[edge.from].processor;
    int64_t to = problem.stages[edge.to].processor;
    number(from, to);
    number(to, from);
  }
  linkFree.resize(known.size(), 0);
}

int64_t Executor::timeOf(const PipelineAction &action) const {
  int64_t time = costs.timeOf(action);
  if (options.jitterPercent == 0)
    return time;
  uint64_t bits = mix(options.seed);
  for (int64_t part :
       {action.stage, static_cast<int64_t>(action.kind), action.microbatch})
    bits = mix(bits ^ static_cast<uint64_t>(part));
  constexpr int64_t steps = int64_t(1) << 20;
  int64_t deviation = static_cast<int64_t>(bits % (2 * steps + 1)) - steps;
  return time + static_cast<int64_t>(
                    floorDiv(Wide(time) * options.jitterPercent * deviation,
                             Wide(100) * steps));
}

int64_t Executor::timeOf(int64_t processor, const Group &group) const {
  int64_t time = 0;
  for (int64_t position = group.first; position < group.last; ++position)
    time += timeOf(actionAt(processor, position));
  return time;
}

void Executor::touch(int64_t processor) {
  if (isTouched[processor])
    return;
  isTouched[processor] = true;
  touched.push_back(processor);
}

void Executor::arrive(int64_t index) {
  --lacking[index];
  touch(processorOf(index));
}

void Executor::send(int64_t edge, const PipelineAction &action, int64_t now) {
  bool backward = action.kind != ActionKind::forward;
  const StageEdge &ends = problem.edges[edge];
  int64_t reader = backward
                       ? indexOf(ends.from, Phase::gradient, action.microbatch)
                       : indexOf(ends.to, Phase::forward, action.microbatch);
  int64_t from = problem.stages[action.stage].processor;
  int64_t to = processorOf(reader);
  if (from == to) {
    arrive(reader);
    return;
  }
  const EdgeCosts &sent = costs.edge(edge, action.microbatch);
  int64_t &free = linkFree[linkOfEdge[2 * edge + (backward ? 1 : 0)]];
  int64_t begin = options.linksQueue ? std::max(now, free) : now;
  int64_t end = begin + sent.transferTime;
  free = end;
  result.transfers.push_back({edge, action.microbatch, backward, from, to,
                              sent.bytes, begin, end, end + sent.latency});
  events.emplace(end + sent.latency, reader, false);
}

void Executor::finish(const PipelineAction &action, int64_t now) {
  lacking[indexOf(action)] = done;
  int64_t stage = action.stage, microbatch = action.microbatch;
  rows[problem.stages[stage].processor].heldBytes -= costs.bytesAtEnd(action);
  switch (action.kind) {
  case ActionKind::forward:
    arrive(indexOf(stage, Phase::gradient, microbatch));
    for (int64_t edge : edgesFrom.of(stage))
      send(edge, action, now);
    break;
  case ActionKind::input_gradient:
    arrive(indexOf(stage, Phase::weights, microbatch));
    [[fallthrough]];
  case ActionKind::backward:
    for (int64_t edge : edgesInto.of(stage))
      send(edge, action, now);
    break;
  case ActionKind::weight_gradient:
    break;
  }
}

void Executor::finish(int64_t processor, int64_t now) {
  Row &row = rows[processor];
  Group group = row.groups[row.running];
  row.running = -1;
  for (int64_t position = group.first; position < group.last; ++position)
    finish(actionAt(processor, position), now);
  touch(processor);
}

bool Executor::isReady(int64_t processor, const Group &group) const {
  for (int64_t position = group.first; position < group.last; ++position)
    if (lacking[indexOf(actionAt(processor, position))] != 0)
      return false;
  return true;
}

/// Returns whether all groups before this one fit the memory as well if this
/// one runs first.
bool Executor::leavesRoom(int64_t processor, int64_t group) const {
  if (problem.machine.memory.empty())
    return true;
  const Row &row = rows[processor];
  auto added = [&](int64_t index) {
    int64_t sum = 0;
    for (int64_t at = row.groups[index].first; at < row.groups[index].last;
         ++at)
      sum += costs.bytesAtStart(actionAt(processor, at));
    return sum;
  };
  auto left = [&](int64_t index) {
    int64_t sum = added(index);
    for (int64_t at = row.groups[index].first; at < row.groups[index].last;
         ++at)
      sum -= costs.bytesAtEnd(actionAt(processor, at));
    return sum;
  };
  int64_t memory = problem.machine.memory[processor];
  if (row.heldBytes + added(group) > memory)
    return false;
  int64_t more = std::max<int64_t>(0, left(group));
  int64_t held = row.heldBytes + more;
  for (int64_t before = row.head; before != group; before = row.next[before]) {
    if (held + added(before) > memory)
      return false;
    held += left(before);
  }
  return true;
}

/// Returns the group to run: −1 for the head, the group before it otherwise,
/// groups.size() for none.
int64_t Executor::choose(int64_t processor) const {
  const Row &row = rows[processor];
  int64_t end = row.groups.size(), before = -1, seen = 0;
  for (int64_t group = row.head; group != end && seen < options.lookahead;
       before = group, group = row.next[group], ++seen)
    if (isReady(processor, row.groups[group]) &&
        (group == row.head || leavesRoom(processor, group)))
      return before;
  return end;
}

void Executor::start(int64_t processor, int64_t before, int64_t now) {
  Row &row = rows[processor];
  int64_t &link = before < 0 ? row.head : row.next[before];
  row.running = link;
  link = row.next[row.running];
  Group group = row.groups[row.running];
  int64_t end = now + timeOf(processor, group);
  for (int64_t position = group.first; position < group.last; ++position) {
    const PipelineAction &action = actionAt(processor, position);
    row.heldBytes += costs.bytesAtStart(action);
    result.processors[processor].actions.push_back({action, now, end});
  }
  events.emplace(end, processor, true);
}

void Executor::startWhatIsReady(int64_t now) {
  for (int64_t processor : touched) {
    isTouched[processor] = false;
    const Row &row = rows[processor];
    if (row.running >= 0)
      continue;
    int64_t before = choose(processor);
    if (before != static_cast<int64_t>(row.groups.size()))
      start(processor, before, now);
  }
  touched.clear();
}

bool Executor::allDone() const {
  return std::all_of(rows.begin(), rows.end(), [](const Row &row) {
    return row.head == static_cast<int64_t>(row.groups.size());
  });
}

Result<Simulation> Executor::run() {
  startWhatIsReady(0);
  while (!events.empty()) {
    int64_t now = std::get<0>(events.top());
    while (!events.empty() && std::get<0>(events.top()) == now) {
      auto [time, index, isProcessor] = events.top();
      events.pop();
      if (isProcessor)
        finish(index, time);
      else
        arrive(index);
    }
    startWhatIsReady(now);
  }
  if (!allDone())
    return Error{describeDeadlock()};
  summarize(problem, costs, result);
  return std::move(result);
}

} // namespace layerpipe::scheduling
