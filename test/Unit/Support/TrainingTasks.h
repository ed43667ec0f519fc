//===- TrainingTasks.h - Task graphs of layers ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions make the training graph of a network that is known as layers
// with times and sizes. The compiler makes the same graph in another way: it
// imports the layers as a module, differentiates it and forms tasks. Tests
// compare both, and tests without MLIR take their graphs from here.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_TRAININGTASKS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_TRAININGTASKS_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <cstdint>
#include <map>

namespace layerpipe::testing {

/// Makes the tasks for training with plain gradient descent. Layers count from
/// 1 in topological order; one named "outputs" that takes no time joins the
/// sinks if there are several. Layer l has
///
/// - l.forward, which reads the layers before it, or the input;
/// - l.grad_input where a parameter influences its input; it reads the gradient
///   of its result, that result and its weights;
/// - l.grad_weight where it has parameters; it reads the gradient of its result
///   and what the forward read; l.update follows it and takes no time.
///
/// `coupled` joins grad_input and grad_weight, where a layer has both, to
/// l.backward. The task "loss", which takes no time, stands behind the last
/// layer. The gradients of a value that several layers read are added up on the
/// way: from the last reader's backward to the one before, and so on; the last
/// one is that of the latest stage, if layers have `stages`. A layer that needs
/// one kind of gradient only spends its whole backward time on it; one that
/// needs neither spends none.
///
/// Three layers in a chain with parameters become the tasks F1 to F3, loss, I3
/// and I2, G1 to G3, and U1 to U3.
///
/// `layers` must have passed scheduling::check, and have a layer. O(V + E).
scheduling::TaskGraph
makeTrainingTasks(const scheduling::LayerGraph &layers, bool coupled,
                  const std::map<int64_t, int64_t> &stages = {});

/// Says how the decoupled tasks that makeTrainingTasks makes of `layers` may be
/// cut, by the layers' axes:
///
/// - All tasks of a layer may be cut by its samples: every operand but the
///   weights is sliced, results are concatenated, and a weight gradient is a
///   sum.
/// - A product's forward may be cut by output channels; its grad_input, if
///   nobody else adds to its result, by input channels; its grad_weight by
///   either. All of these concatenate.
///
/// Cuts of channels must fall on multiples of `quantum`. O(V + E).
std::vector<scheduling::SplitRule>
makeTrainingSplitRules(const scheduling::LayerGraph &layers,
                       const scheduling::TaskGraph &tasks, int64_t quantum);

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_TRAININGTASKS_H
