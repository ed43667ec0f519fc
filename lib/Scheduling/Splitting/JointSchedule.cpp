//===- JointSchedule.cpp - The joint problem, its bound and figures -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file says what a legal problem is, and what bounds its answers. It has
// no solver.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"

#include "JointFigures.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Model/EnumNames.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace layerpipe::scheduling {

constexpr std::array<std::string_view, 4> objectiveNames = {
    "period", "staleness", "memory", "communication"};

std::string_view toString(Objective objective) {
  return objectiveNames[static_cast<size_t>(objective)];
}

std::optional<Objective> parseObjective(std::string_view text) {
  return parseName<Objective>(objectiveNames, text);
}

Result<std::vector<Objective>> parseObjectives(std::string_view text) {
  std::vector<Objective> objectives;
  while (!text.empty()) {
    size_t end = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    std::optional<Objective> objective = parseObjective(name);
    if (!objective)
      return Error{fmt::format("there is no objective '{}'; there are period, "
                               "staleness, memory and communication",
                               name)};
    objectives.push_back(*objective);
  }
  return objectives;
}

Status check(const JointProblem &problem) {
  CyclicProblem whole{problem.graph, problem.machine, {}, Delays::least};
  for (const Task &task : problem.graph.tasks)
    whole.assignment.push_back(task.kind == TaskKind::input ? -1 : 0);
  if (Status status = check(whole); !status)
    return status;
  for (const Task &task : problem.graph.tasks)
    if (task.part)
      return Error{fmt::format("task '{}' is a part already; only whole tasks "
                               "are split",
                               task.name)};
  if (problem.maxStaleness && *problem.maxStaleness < 0)
    return Error{fmt::format("the staleness limit is {}; it must not be "
                             "negative",
                             *problem.maxStaleness)};
  if (Status status =
          check(problem.pins, problem.graph, problem.machine.processors);
      !status)
    return status;
  if (Status status = check(problem.graph, problem.rules); !status)
    return status;
  for (const SplitRule &rule : problem.rules)
    if (const Task &task = problem.graph.tasks[rule.task];
        pinOf(problem.pins, task) >= 0)
      return Error{
          fmt::format("a split rule is about {}, whose layer is pinned; "
                      "tasks of pinned layers stay whole",
                      describeTask(problem.graph, rule.task))};
  return Status::success();
}

std::vector<SplitRule> dropPinned(const LayerPins &pins, const TaskGraph &graph,
                                  std::vector<SplitRule> rules) {
  std::erase_if(rules, [&](const SplitRule &rule) {
    return pinOf(pins, graph.tasks[rule.task]) >= 0;
  });
  return rules;
}

Status checkOptions(const JointProblem &problem, const JointOptions &options) {
  for (const std::vector<int64_t> &start : options.starts) {
    if (start.size() != problem.graph.tasks.size())
      return Error{fmt::format("a start assigns {} tasks; there are {}",
                               start.size(), problem.graph.tasks.size())};
    for (size_t task = 0; task < start.size(); ++task) {
      bool input = problem.graph.tasks[task].kind == TaskKind::input;
      if (input ? start[task] != -1
                : start[task] < 0 || start[task] >= problem.machine.processors)
        return Error{fmt::format("a start assigns {} to processor {}; there "
                                 "are {}, and inputs have none (-1)",
                                 describeTask(problem.graph, task), start[task],
                                 problem.machine.processors)};
    }
  }
  if (options.tolerance.numerator < 0 || options.tolerance.denominator <= 0)
    return Error{"the tolerance must not be negative"};
  return Status::success();
}

//===----------------------------------------------------------------------===//
// The bounds
//===----------------------------------------------------------------------===//

} // namespace layerpipe::scheduling
