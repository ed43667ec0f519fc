//===- StageRows.h - Layers as stages take them -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEROWS_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEROWS_H

#include "SplitState.h"

#include <vector>

namespace layerpipe::scheduling {

/// A row is a layer. Its forwards are in topological order, its gradients
/// against it.
struct StageRow {
  std::vector<int64_t> forward;
  std::vector<int64_t> backward;
  std::vector<int64_t> updates;
  /// Says whether all tasks that take time can be cut at one sample.
  bool bySample = true;
  int64_t samples = 0;
  int64_t quantum = 1;
  /// This counts the parameters.
  Wide bytes = 0;
};

/// These are the layers in their order, and how each task would be cut. Tasks
/// of no layer belong to the last one.
class StageRows {
public:
  /// Sorts the model's tasks into rows. The model must outlive it.
  explicit StageRows(const SplitModel &model);

  const SplitModel &model;
  std::vector<StageRow> rows;
  /// Each task has its row here, and its split rule, or −1: that by samples,
  /// otherwise one that concatenates, with the most positions.
  std::vector<size_t> rowOf;
  std::vector<int64_t> rules;

  /// These return how many positions the task has, between what it may be cut,
  /// and whether it is a weight gradient. A task that can't be cut has one
  /// position.
  int64_t lengthOf(int64_t task) const {
    return rules[task] < 0 ? 1 : model.rules[rules[task]].length;
  }
  int64_t quantumOf(int64_t task) const {
    return rules[task] < 0 ? 1 : model.rules[rules[task]].quantum;
  }
  bool isWeightGradient(int64_t task) const {
    return model.graph.tasks[task].kind == TaskKind::grad_weight;
  }

  /// Returns whether the task reads a value of the other one.
  bool reads(int64_t task, int64_t other) const;

private:
  int64_t chooseRule(int64_t task) const;
  void addTask(StageRow &row, int64_t task);
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEROWS_H
