//===- SplitState.cpp - Tasks in parts on processors ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitState.h"

#include "StageOrder.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include <algorithm>
#include <utility>

namespace layerpipe::scheduling {

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

SplitModel::SplitModel(const TaskGraph &graph,
                       const std::vector<SplitRule> &rules,
                       const Machine &machine, const LayerPins &pins)
    : graph(graph), rules(rules), machine(machine),
      processors(machine.processors), rulesOf(graph.tasks.size()),
      edgesOf(graph.values.size()), cuttable(graph.values.size(), true),
      valuesOf(graph.tasks.size()),
      pinnedTime(pinnedTimes(pins, graph, machine)),
      order(orderOfStages(graph, pins, machine.processors)),
      placeOf(order.size()) {
  for (size_t place = 0; place < order.size(); ++place)
    placeOf[order[place]] = static_cast<int64_t>(place);
  if (!pins.empty())
    for (const Task &task : graph.tasks)
      pinnedTo.push_back(scheduling::pinOf(pins, task));
  for (size_t index = 0; index < rules.size(); ++index)
    rulesOf[rules[index].task].push_back(index);
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    const Edge &edge = graph.edges[index];
    if (edge.kind == EdgeKind::weight || edge.kind == EdgeKind::state)
      cuttable[edge.value] = false;
    if (graph.tasks[edge.from].kind == TaskKind::input)
      continue;
    edgesOf[edge.value].push_back(index);
    valuesOf[edge.from].push_back(edge.value);
    valuesOf[edge.to].push_back(edge.value);
  }
  for (std::vector<int64_t> &values : valuesOf) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
}

int64_t SplitModel::dimensionOf(int64_t rule, int64_t edge) const {
  if (rule >= 0)
    for (const SlicedEdge &slice : rules[rule].slices)
      if (slice.edge == edge)
        return slice.dimension;
  return -1;
}

const ResultSplit *SplitModel::resultSplitOf(int64_t rule,
                                             int64_t value) const {
  if (rule >= 0)
    for (const ResultSplit &result : rules[rule].results)
      if (result.value == value)
        return &result;
  return nullptr;
}

TaskPlacement simplify(const SplitModel &model, TaskPlacement placement) {
  std::vector<Part> parts;
  for (const Part &part : placement.parts) {
    if (!parts.empty() && parts.back().processor == part.processor)
      parts.back().end = part.end;
    else
      parts.push_back(part);
  }
  placement.parts = std::move(parts);
  if (placement.parts.size() == 1) {
    placement.rule = -1;
    placement.parts.front().end = 1;
  }
  return placement;
}

//===----------------------------------------------------------------------===//
// The state
//===----------------------------------------------------------------------===//

SplitState::SplitState(const SplitModel &model,
                       const std::vector<int64_t> &assignment)
    : model(model), placements(model.graph.tasks.size()),
      loads(model.processors, 0), valueBytes(model.graph.values.size(), 0) {
  for (size_t task = 0; task < placements.size(); ++task) {
    placements[task].parts = {{1, assignment[task]}};
    addLoad(task, 1);
  }
  for (size_t value = 0; value < valueBytes.size(); ++value)
    bytes += valueBytes[value] = bytesOf(value);
}

int64_t SplitState::period() const {
  return *std::max_element(loads.begin(), loads.end());
}

int64_t SplitState::timeOf(int64_t task, const TaskPlacement &placement,
                           size_t index) const {
  int64_t time = model.graph.tasks[task].time;
  if (placement.rule >= 0)
    time = partTime(time, index == 0 ? 0 : placement.parts[index - 1].end,
                    placement.parts[index].end,
                    model.rules[placement.rule].length);
  return timeOn(model.machine, placement.parts[index].processor, time);
}

void SplitState::addLoad(int64_t task, int64_t sign) {
  const TaskPlacement &placement = placements[task];
  for (size_t part = 0; part < placement.parts.size(); ++part)
    if (int64_t processor = placement.parts[part].processor; processor >= 0)
      loads[processor] += sign * timeOf(task, placement, part);
}

namespace {

/// Returns how many bytes one processor wants and does not make itself. Both
/// lists of positions ascend.
Wide missing(const std::vector<std::pair<int64_t, int64_t>> &wanted,
             const std::vector<std::pair<int64_t, int64_t>> &made,
             int64_t bytes, int64_t length) {
  Wide sum = 0;
  int64_t done = 0;
  auto count = [&](int64_t begin, int64_t end) {
    for (const auto &[from, to] : made) { // They ascend.
      if (to <= begin || from >= end)
        continue;
      if (from > begin)
        sum += partTime(bytes, begin, from, length);
      begin = std::min(to, end);
    }
    if (begin < end)
      sum += partTime(bytes, begin, end, length);
  };
  for (const auto &[begin, end] : wanted) {
    count(std::max(begin, done), std::max(end, done));
    done = std::max(done, end);
  }
  return sum;
}

} // namespace

/// Returns along which dimension the value is cut, and into how many positions,
/// by the rules of splitTasks. The dimension is −1 for a value that is whole,
/// or has summands.
SplitState::Layout SplitState::layoutOf(int64_t value) const {
  const std::vector<int64_t> &edges = model.edgesOf[value];
  int64_t maker = placements[model.graph.edges[edges.front()].from].rule;
  const ResultSplit *result = model.resultSplitOf(maker, value);
  if (result && result->kind == ResultSplit::Kind::concatenate)
    return {result->dimension, model.rules[maker].length, result};
  if (!result && model.cuttable[value])
    for (int64_t edge : edges) {
      int64_t reader = placements[model.graph.edges[edge].to].rule;
      int64_t dimension = model.dimensionOf(reader, edge);
      if (dimension >= 0)
        return {dimension, model.rules[reader].length, result};
    }
  return {-1, 1, result};
}

/// Returns what the readers' parts need, by processor.
std::vector<Wish> SplitState::wishesFor(int64_t value,
                                        const Layout &layout) const {
  std::vector<Wish> wishes;
  for (int64_t edge : model.edgesOf[value]) {
    const TaskPlacement &reader = placements[model.graph.edges[edge].to];
    bool slices = layout.dimension >= 0 && reader.rule >= 0 &&
                  model.rules[reader.rule].length == layout.length &&
                  model.dimensionOf(reader.rule, edge) == layout.dimension;
    int64_t begin = 0;
    for (const Part &part : reader.parts) {
      wishes.push_back({part.processor, slices ? begin : 0,
                        slices ? part.end : layout.length});
      begin = part.end;
    }
  }
  std::sort(wishes.begin(), wishes.end());
  return wishes;
}

/// Returns what a processor makes of the value, as ascending ranges of
/// positions.
std::vector<std::pair<int64_t, int64_t>>
SplitState::madeOn(int64_t processor, const TaskPlacement &maker,
                   const Layout &layout) const {
  std::vector<std::pair<int64_t, int64_t>> made;
  bool slices =
      layout.result && layout.result->kind == ResultSplit::Kind::concatenate;
  if (!slices && maker.parts.front().processor == processor)
    made.emplace_back(0, layout.length);
  int64_t begin = 0;
  for (const Part &part : maker.parts) {
    if (slices && part.processor == processor)
      made.emplace_back(begin, part.end);
    begin = part.end;
  }
  return made;
}

Wide SplitState::bytesOf(int64_t value) const {
  const std::vector<int64_t> &edges = model.edgesOf[value];
  if (edges.empty())
    return 0;
  Layout layout = layoutOf(value);
  const TaskPlacement &maker =
      placements[model.graph.edges[edges.front()].from];
  bool sums = layout.result && layout.result->kind == ResultSplit::Kind::sum;
  int64_t size = model.graph.values[value].bytes;
  std::vector<Wish> wishes = wishesFor(value, layout);
  Wide sum = 0;
  for (size_t i = 0; i < wishes.size();) {
    int64_t processor = wishes[i].processor;
    std::vector<std::pair<int64_t, int64_t>> wanted;
    for (; i < wishes.size() && wishes[i].processor == processor; ++i)
      wanted.emplace_back(wishes[i].begin, wishes[i].end);
    if (!sums) {
      sum += missing(wanted, madeOn(processor, maker, layout), size,
                     layout.length);
      continue;
    }
    for (const Part &part : maker.parts)
      sum += part.processor == processor ? 0 : size;
  }
  return sum;
}

Wide SplitState::bytesAround(int64_t task) const {
  Wide sum = 0;
  for (int64_t value : model.valuesOf[task])
    sum += bytesOf(value);
  return sum;
}

void SplitState::change(int64_t task, TaskPlacement to) {
  addLoad(task, -1);
  placements[task] = simplify(model, std::move(to));
  addLoad(task, 1);
  for (int64_t value : model.valuesOf[task]) {
    bytes -= valueBytes[value];
    bytes += valueBytes[value] = bytesOf(value);
  }
}

Wide SplitState::costOf(int64_t task, const TaskPlacement &to) {
  Wide before = 0;
  for (int64_t value : model.valuesOf[task])
    before += valueBytes[value];
  TaskPlacement kept = std::exchange(placements[task], simplify(model, to));
  Wide after = bytesAround(task);
  placements[task] = std::move(kept);
  return after - before;
}

std::vector<Split> SplitState::splits() const {
  std::vector<Split> splits;
  for (const TaskPlacement &placement : placements) {
    if (placement.rule < 0)
      continue;
    Split split{placement.rule, {}};
    for (size_t part = 0; part + 1 < placement.parts.size(); ++part)
      split.cuts.push_back(placement.parts[part].end);
    splits.push_back(std::move(split));
  }
  return splits;
}

std::vector<int64_t> SplitState::assignment() const {
  std::vector<int64_t> assignment;
  for (const TaskPlacement &placement : placements)
    for (const Part &part : placement.parts)
      assignment.push_back(part.processor);
  return assignment;
}

} // namespace layerpipe::scheduling
