//===- SplitRules.cpp - How tasks may be cut ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/SplitRules.h"

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

std::vector<SplitRule> selectRules(const TaskGraph &graph,
                                   std::vector<SplitRule> rules,
                                   SplitKinds kinds) {
  std::erase_if(rules, [&](const SplitRule &rule) {
    return !mayCut(graph.tasks[rule.task].kind, kinds);
  });
  return rules;
}

Combine combineOf(const SplitRule &rule) {
  for (const ResultSplit &result : rule.results)
    if (result.kind == ResultSplit::Kind::sum)
      return Combine::sum;
  return Combine::concatenate;
}

std::string describe(const TaskGraph &graph, const SplitRule &rule) {
  return fmt::format("the split of {} by {}", describeTask(graph, rule.task),
                     toString(rule.axis));
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
         kind != TaskKind::update && kind != TaskKind::norm;
}

Status checkRule(const TaskGraph &graph, const SplitRule &rule) {
  if (!inRange(rule.task, graph.tasks.size()))
    return Error{fmt::format("a split rule is of task {}; there are {}",
                             rule.task, graph.tasks.size())};
  const Task &task = graph.tasks[rule.task];
  if (!isDivisible(task.kind))
    return Error{describe(graph, rule) +
                 fmt::format(": {} tasks have no parts", toString(task.kind))};
  if (rule.length < 1 || rule.quantum < 1)
    return Error{describe(graph, rule) +
                 fmt::format(" has length {} and quantum {}; both must be at "
                             "least 1",
                             rule.length, rule.quantum)};
  for (const SlicedEdge &slice : rule.slices)
    if (!inRange(slice.edge, graph.edges.size()) ||
        graph.edges[slice.edge].to != rule.task)
      return Error{describe(graph, rule) +
                   fmt::format(" slices edge {}, which the task does not read",
                               slice.edge)};
  std::unordered_set<int64_t> results;
  for (const ResultSplit &result : rule.results)
    if (!inRange(result.value, graph.values.size()) ||
        graph.values[result.value].producer != rule.task ||
        !results.insert(result.value).second)
      return Error{describe(graph, rule) +
                   fmt::format(" names value {}, which the task does not make, "
                               "or names it twice",
                               result.value)};
  return Status::success();
}

/// Checks that the split rule says what becomes of every value that is read.
Status checkResults(const TaskGraph &graph,
                    const std::vector<SplitRule> &rules) {
  std::vector<std::vector<int64_t>> read(graph.tasks.size());
  for (const Edge &edge : graph.edges)
    read[edge.from].push_back(edge.value);
  for (const SplitRule &rule : rules) {
    std::unordered_set<int64_t> known;
    for (const ResultSplit &result : rule.results)
      known.insert(result.value);
    for (int64_t value : read[rule.task])
      if (!known.contains(value))
        return Error{describe(graph, rule) +
                     fmt::format(" does not say what becomes of value '{}'",
                                 graph.values[value].name)};
  }
  return Status::success();
}

} // namespace

Status check(const TaskGraph &graph, const std::vector<SplitRule> &rules) {
  std::set<std::pair<int64_t, SplitAxis>> seen;
  for (const SplitRule &rule : rules) {
    if (Status status = checkRule(graph, rule); !status)
      return status;
    if (!seen.insert({rule.task, rule.axis}).second)
      return Error{describe(graph, rule) + " is given twice"};
  }
  return checkResults(graph, rules);
}

} // namespace layerpipe::scheduling
