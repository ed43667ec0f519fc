//===- TaskForms.cpp - One network as tasks, in three forms ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Strategies/TaskForms.h"

#include "layerpipe/Scheduling/Model/CyclicProblem.h"

#include <fmt/format.h>

namespace layerpipe::strategies {

using namespace scheduling;

std::string_view toString(TaskForm form) {
  switch (form) {
  case TaskForm::coupled:
    return "coupled";
  case TaskForm::decoupled:
    return "decoupled";
  case TaskForm::divisible:
    return "divisible";
  }
  return "";
}

TaskForm TaskForms::formOf(TaskForm form) const {
  return form == TaskForm::divisible && divisible.tasks.empty()
             ? TaskForm::decoupled
             : form;
}

const TaskGraph &TaskForms::graphOf(TaskForm form) const {
  switch (formOf(form)) {
  case TaskForm::coupled:
    return coupled;
  case TaskForm::decoupled:
    return decoupled;
  case TaskForm::divisible:
    return divisible;
  }
  return decoupled;
}

namespace {

/// Checks a graph as a scheduling problem of one processor.
Status checkGraph(const TaskGraph &graph, TaskForm form) {
  CyclicProblem problem;
  problem.graph = graph;
  problem.delays = Delays::least;
  for (const Task &task : graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1 : 0);
  Status status = scheduling::check(problem);
  if (status)
    return status;
  Error error = status.error();
  error.message =
      fmt::format("the {} graph: {}", toString(form), error.message);
  return error;
}

} // namespace

Status check(const TaskForms &forms) {
  const std::string &unit = forms.timeUnit;
  if (unit != "ns" && unit != "us" && unit != "cycles")
    return Error{fmt::format("the time unit is '{}'; it must be ns, us or "
                             "cycles",
                             unit)};
  for (auto [form, graph] : {std::pair(TaskForm::coupled, &forms.coupled),
                             std::pair(TaskForm::decoupled, &forms.decoupled),
                             std::pair(TaskForm::divisible, &forms.divisible)})
    if (Status status = checkGraph(*graph, form); !status)
      return status;
  return scheduling::check(forms.divisible, forms.rules);
}

} // namespace layerpipe::strategies
