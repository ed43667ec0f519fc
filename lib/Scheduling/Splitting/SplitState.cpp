//===- SplitState.cpp - Tasks in parts on processors ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitState.h"

#include <algorithm>
#include <utility>

namespace layerpipe::scheduling {

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

SplitModel::SplitModel(const TaskGraph &graph,
                       const std::vector<Division> &divisions,
                       const Machine &machine)
    : graph(graph), divisions(divisions), machine(machine),
      processors(machine.processors), divisionsOf(graph.tasks.size()),
      edgesOf(graph.values.size()), cuttable(graph.values.size(), true),
      valuesOf(graph.tasks.size()) {
  for (size_t index = 0; index < divisions.size(); ++index)
    divisionsOf[divisions[index].task].push_back(index);
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

int64_t SplitModel::dimensionOf(int64_t division, int64_t edge) const {
  if (division >= 0)
    for (const SlicedEdge &slice : divisions[division].slices)
      if (slice.edge == edge)
        return slice.dimension;
  return -1;
}

const DividedResult *SplitModel::roleOf(int64_t division, int64_t value) const {
  if (division >= 0)
    for (const DividedResult &result : divisions[division].results)
      if (result.value == value)
        return &result;
  return nullptr;
}

Cutting simplify(const SplitModel &model, Cutting cutting) {
  std::vector<Part> parts;
  for (const Part &part : cutting.parts) {
    if (!parts.empty() && parts.back().processor == part.processor)
      parts.back().end = part.end;
    else
      parts.push_back(part);
  }
  cutting.parts = std::move(parts);
  if (cutting.parts.size() == 1) {
    cutting.division = -1;
    cutting.parts.front().end = 1;
  }
  return cutting;
}

//===----------------------------------------------------------------------===//
// The state
//===----------------------------------------------------------------------===//

SplitState::SplitState(const SplitModel &model,
                       const std::vector<int64_t> &assignment)
    : model(model), cuttings(model.graph.tasks.size()),
      loads(model.processors, 0), valueBytes(model.graph.values.size(), 0) {
  for (size_t task = 0; task < cuttings.size(); ++task) {
    cuttings[task].parts = {{1, assignment[task]}};
    addLoad(task, 1);
  }
  for (size_t value = 0; value < valueBytes.size(); ++value)
    bytes += valueBytes[value] = bytesOf(value);
}

int64_t SplitState::period() const {
  return *std::max_element(loads.begin(), loads.end());
}

int64_t SplitState::timeOf(int64_t task, const Cutting &cutting,
                           size_t index) const {
  int64_t time = model.graph.tasks[task].time;
  if (cutting.division >= 0)
    time = partTime(time, index == 0 ? 0 : cutting.parts[index - 1].end,
                    cutting.parts[index].end,
                    model.divisions[cutting.division].length);
  return timeOn(model.machine, cutting.parts[index].processor, time);
}

void SplitState::addLoad(int64_t task, int64_t sign) {
  const Cutting &cutting = cuttings[task];
  for (size_t part = 0; part < cutting.parts.size(); ++part)
    if (int64_t processor = cutting.parts[part].processor; processor >= 0)
      loads[processor] += sign * timeOf(task, cutting, part);
}

namespace {

/// How many of the positions that one processor wants lie outside of what it
/// makes itself, in bytes. Both ascend.
Wide missing(const std::vector<std::pair<int64_t, int64_t>> &wanted,
             const std::vector<std::pair<int64_t, int64_t>> &made,
             int64_t bytes, int64_t length) {
  Wide sum = 0;
  int64_t done = 0;
  auto count = [&](int64_t begin, int64_t end) {
    for (const auto &[from, to] : made) { // ascending
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

/// Along which dimension the value is cut, and into how many positions, by the
/// rules of splitTasks; −1 for a value that is whole, or has summands.
SplitState::Layout SplitState::layoutOf(int64_t value) const {
  const std::vector<int64_t> &edges = model.edgesOf[value];
  int64_t maker = cuttings[model.graph.edges[edges.front()].from].division;
  const DividedResult *role = model.roleOf(maker, value);
  if (role && role->role == DividedResult::Role::concatenate)
    return {role->dimension, model.divisions[maker].length, role};
  if (!role && model.cuttable[value])
    for (int64_t edge : edges) {
      int64_t reader = cuttings[model.graph.edges[edge].to].division;
      int64_t dimension = model.dimensionOf(reader, edge);
      if (dimension >= 0)
        return {dimension, model.divisions[reader].length, role};
    }
  return {-1, 1, role};
}

/// What the readers' parts need, by processor.
std::vector<Wish> SplitState::wishesFor(int64_t value,
                                        const Layout &layout) const {
  std::vector<Wish> wishes;
  for (int64_t edge : model.edgesOf[value]) {
    const Cutting &reader = cuttings[model.graph.edges[edge].to];
    bool slices = layout.dimension >= 0 && reader.division >= 0 &&
                  model.divisions[reader.division].length == layout.length &&
                  model.dimensionOf(reader.division, edge) == layout.dimension;
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

/// What a processor makes of the value, as ascending ranges of positions.
std::vector<std::pair<int64_t, int64_t>>
SplitState::madeOn(int64_t processor, const Cutting &maker,
                   const Layout &layout) const {
  std::vector<std::pair<int64_t, int64_t>> made;
  bool pieces =
      layout.role && layout.role->role == DividedResult::Role::concatenate;
  if (!pieces && maker.parts.front().processor == processor)
    made.emplace_back(0, layout.length);
  int64_t begin = 0;
  for (const Part &part : maker.parts) {
    if (pieces && part.processor == processor)
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
  const Cutting &maker = cuttings[model.graph.edges[edges.front()].from];
  bool sums = layout.role && layout.role->role == DividedResult::Role::sum;
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

void SplitState::change(int64_t task, Cutting to) {
  addLoad(task, -1);
  cuttings[task] = simplify(model, std::move(to));
  addLoad(task, 1);
  for (int64_t value : model.valuesOf[task]) {
    bytes -= valueBytes[value];
    bytes += valueBytes[value] = bytesOf(value);
  }
}

Wide SplitState::costOf(int64_t task, const Cutting &to) {
  Wide before = 0;
  for (int64_t value : model.valuesOf[task])
    before += valueBytes[value];
  Cutting kept = std::exchange(cuttings[task], simplify(model, to));
  Wide after = bytesAround(task);
  cuttings[task] = std::move(kept);
  return after - before;
}

std::vector<Split> SplitState::splits() const {
  std::vector<Split> splits;
  for (const Cutting &cutting : cuttings) {
    if (cutting.division < 0)
      continue;
    Split split{cutting.division, {}};
    for (size_t part = 0; part + 1 < cutting.parts.size(); ++part)
      split.cuts.push_back(cutting.parts[part].end);
    splits.push_back(std::move(split));
  }
  return splits;
}

std::vector<int64_t> SplitState::assignment() const {
  std::vector<int64_t> assignment;
  for (const Cutting &cutting : cuttings)
    for (const Part &part : cutting.parts)
      assignment.push_back(part.processor);
  return assignment;
}

} // namespace layerpipe::scheduling
