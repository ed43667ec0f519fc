//===- Divisions.cpp - How tasks may be cut -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/Splitting.h"

#include "layerpipe/Scheduling/Model/EnumNames.h"
#include "layerpipe/Scheduling/Model/Fraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

namespace layerpipe::scheduling {

constexpr std::array<std::string_view, 4> splitKindNames = {
    "none", "grad_input", "gradients", "all"};

std::string_view toString(SplitKinds kinds) {
  return splitKindNames[static_cast<size_t>(kinds)];
}

std::optional<SplitKinds> parseSplitKinds(std::string_view text) {
  return parseName<SplitKinds>(splitKindNames, text);
}

static bool mayCut(TaskKind task, SplitKinds kinds) {
  switch (kinds) {
  case SplitKinds::none:
    return false;
  case SplitKinds::grad_input:
    return task == TaskKind::grad_input;
  case SplitKinds::gradients:
    return task != TaskKind::forward;
  case SplitKinds::all:
    return true;
  }
  return false;
}

std::vector<Division> selectDivisions(const TaskGraph &graph,
                                      std::vector<Division> divisions,
                                      SplitKinds kinds) {
  std::erase_if(divisions, [&](const Division &division) {
    return !mayCut(graph.tasks[division.task].kind, kinds);
  });
  return divisions;
}

Combine combineOf(const Division &division) {
  for (const DividedResult &result : division.results)
    if (result.role == DividedResult::Role::sum)
      return Combine::sum;
  return Combine::concatenate;
}

int64_t partTime(int64_t time, int64_t begin, int64_t end, int64_t length) {
  return static_cast<int64_t>(Wide(time) * end / length -
                              Wide(time) * begin / length);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

namespace {

bool inRange(int64_t index, size_t size) {
  return index >= 0 && index < static_cast<int64_t>(size);
}

bool isDivisible(TaskKind kind) {
  return kind != TaskKind::input && kind != TaskKind::loss &&
         kind != TaskKind::update;
}

std::string describe(const TaskGraph &graph, const Division &division) {
  return fmt::format("the division of {} by {}",
                     describeTask(graph, division.task),
                     toString(division.axis));
}

Status checkDivision(const TaskGraph &graph, const Division &division) {
  if (!inRange(division.task, graph.tasks.size()))
    return Error{fmt::format("a division is of task {}; there are {}",
                             division.task, graph.tasks.size())};
  const Task &task = graph.tasks[division.task];
  if (!isDivisible(task.kind))
    return Error{describe(graph, division) +
                 fmt::format(": {} tasks have no parts", toString(task.kind))};
  if (division.length < 1 || division.quantum < 1)
    return Error{describe(graph, division) +
                 fmt::format(" has length {} and quantum {}; both must be at "
                             "least 1",
                             division.length, division.quantum)};
  for (const SlicedEdge &slice : division.slices)
    if (!inRange(slice.edge, graph.edges.size()) ||
        graph.edges[slice.edge].to != division.task)
      return Error{describe(graph, division) +
                   fmt::format(" slices edge {}, which the task does not read",
                               slice.edge)};
  std::unordered_set<int64_t> results;
  for (const DividedResult &result : division.results)
    if (!inRange(result.value, graph.values.size()) ||
        graph.values[result.value].producer != division.task ||
        !results.insert(result.value).second)
      return Error{describe(graph, division) +
                   fmt::format(" names value {}, which the task does not make, "
                               "or names it twice",
                               result.value)};
  return Status::success();
}

/// Every value that is read has a role.
Status checkResults(const TaskGraph &graph,
                    const std::vector<Division> &divisions) {
  std::vector<std::vector<int64_t>> read(graph.tasks.size());
  for (const Edge &edge : graph.edges)
    read[edge.from].push_back(edge.value);
  for (const Division &division : divisions) {
    std::unordered_set<int64_t> known;
    for (const DividedResult &result : division.results)
      known.insert(result.value);
    for (int64_t value : read[division.task])
      if (!known.contains(value))
        return Error{describe(graph, division) +
                     fmt::format(" does not say what becomes of value '{}'",
                                 graph.values[value].name)};
  }
  return Status::success();
}

} // namespace

Status check(const TaskGraph &graph, const std::vector<Division> &divisions) {
  std::set<std::pair<int64_t, SplitAxis>> seen;
  for (const Division &division : divisions) {
    if (Status status = checkDivision(graph, division); !status)
      return status;
    if (!seen.insert({division.task, division.axis}).second)
      return Error{describe(graph, division) + " is given twice"};
  }
  return checkResults(graph, divisions);
}

Status check(const TaskGraph &graph, const std::vector<Division> &divisions,
             const std::vector<Split> &splits) {
  std::unordered_set<int64_t> tasks;
  for (const Split &split : splits) {
    if (!inRange(split.division, divisions.size()))
      return Error{fmt::format("a split uses division {}; there are {}",
                               split.division, divisions.size())};
    const Division &division = divisions[split.division];
    if (!tasks.insert(division.task).second)
      return Error{
          fmt::format("{} is split twice", describeTask(graph, division.task))};
    int64_t last = 0;
    for (int64_t cut : split.cuts) {
      if (cut <= last || cut >= division.length)
        return Error{describe(graph, division) +
                     fmt::format(" is cut at {}; cuts must ascend between 1 "
                                 "and {}",
                                 cut, division.length - 1)};
      last = cut;
    }
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
