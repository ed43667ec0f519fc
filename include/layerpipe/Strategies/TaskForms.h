//===- TaskForms.h - One network as tasks, in three forms -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Strategies differ in what they schedule as one task. The backward of a layer
// "fc1" with an activation function is, for instance,
//
//   coupled:    fc1.backward
//   decoupled:  fc1.grad_input, fc1.grad_weight
//   divisible:  fc1.activation_grad, fc1.grad_input, fc1.grad_weight
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STRATEGIES_TASKFORMS_H
#define LAYERPIPE_STRATEGIES_TASKFORMS_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::strategies {

/// The form says what becomes of a layer's backward.
enum class TaskForm {
  /// A layer's backward is one task, as PipeDream has it.
  coupled,
  /// A layer's backward is two tasks: grad_input, with the gradient of the
  /// layer's activation function, and grad_weight.
  decoupled,
  /// The gradient of the activation function is a third task, so that products
  /// can be cut by channels.
  divisible
};

std::string_view toString(TaskForm form);

/// Makes the coupled graph for stages of layers, by the layers' numbers: its
/// sums of gradients are chained such that no share flows to a later stage, and
/// each stage hands on one sum. No value may flow to an earlier stage.
using StagedGraph = std::function<scheduling::Result<scheduling::TaskGraph>(
    const std::map<int64_t, int64_t> &stages)>;

/// This is one network as task graphs. The distances of gradient edges (those
/// with a parameter) are free, whatever they are here. Tasks of the same name
/// in several forms are the same task.
struct TaskForms {
  std::string name;
  /// All times are in this unit, "ns", "us" or "cycles".
  std::string timeUnit = "ns";
  scheduling::TaskGraph coupled;
  scheduling::TaskGraph decoupled;
  /// This graph has the tasks that may be split into parts, and `rules` says
  /// how. A graph without tasks stands for `decoupled`, of which nothing may be
  /// cut.
  scheduling::TaskGraph divisible = {};
  std::vector<scheduling::SplitRule> rules = {};
  /// Where it is empty, sums of gradients stay as they are.
  StagedGraph coupledInStages = {};

  /// Returns the form, or `decoupled` for `divisible` if that has no tasks.
  TaskForm formOf(TaskForm form) const;
  /// Returns the graph of formOf(form).
  const scheduling::TaskGraph &graphOf(TaskForm form) const;
};

/// Succeeds if there is a time unit of the schedule format, if each form is a
/// legal graph without a cycle whose only delays are those of gradients, and if
/// the split rules fit their graph.
scheduling::Status check(const TaskForms &forms);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_STRATEGIES_TASKFORMS_H
