//===- TaskForming.h - From training ops to tasks with times ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the passes of the same names as functions, for those that need
// several forms of one graph side by side. Each reports its errors at the op in
// question.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_TASKFORMING_H
#define LAYERPIPE_TRANSFORMS_TASKFORMING_H

#include "Layerpipe/IR/LayerpipeOps.h"

#include <string>

namespace layerpipe {

struct CostModelOptions {
  /// This is macs, roofline or profile.
  std::string model = "macs";
  /// The model `profile` has a file of task times here, or an empty path for
  /// the times of the ops.
  std::string profileFile = {};
  /// The model `roofline` has a processor's arithmetic and memory rates here.
  double gigaflops = 0;
  double gigabytesPerSecond = 0;
};

/// Takes the two gradients of each coupled backward apart.
mlir::LogicalResult decoupleGradients(GraphOp graph);

/// Groups ops into tasks. Gradients of activations that come before their
/// layer's product form tasks of their own, or join that product's.
mlir::LogicalResult formTasks(GraphOp graph, bool activationGradientsApart);

/// Sets the time of every task. The order and the lags of a graph that is
/// scheduled are kept, and its starts and its period follow the new times.
mlir::LogicalResult estimateCosts(GraphOp graph,
                                  const CostModelOptions &options);

/// Returns whether the task holds its layer's gradient of an activation beside
/// a product. A profile that has both apart has that gradient's time under the
/// name LAYER.activation_grad.
bool joinsActivation(TaskOp task);

} // namespace layerpipe

#endif // LAYERPIPE_TRANSFORMS_TASKFORMING_H
