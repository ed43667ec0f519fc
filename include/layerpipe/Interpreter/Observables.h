//===- Observables.h - what a graph's training is judged by -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERPRETER_OBSERVABLES_H
#define LAYERPIPE_INTERPRETER_OBSERVABLES_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include <functional>
#include <string>
#include <vector>

namespace layerpipe {

/// Says by how many periods an op is late: in period n it works on iteration n
/// - lag.
using LagOf = std::function<int64_t(mlir::Operation *)>;

/// Returns the `retimed` attribute of the op's task, or 0 outside tasks and
/// without the attribute.
int64_t retimedLag(mlir::Operation *op);

/// An observable is a value of a training graph under a name that
/// transformations keep.
struct Observable {
  enum class Kind { loss, state, gradient };

  Kind kind;
  std::string name;
  mlir::Value value;
  int64_t lag = 0;
  /// If the value is a state, this is the delay that carries it to the next
  /// iteration, if it can be found. The delay's initial value is the state
  /// before iteration 0.
  DelayOp carrier;
};

/// Returns the losses ("loss", "loss.1", …), the states of every state op, and
/// the gradients of every update, ordered by name. A state has the name of the
/// parameter that is its carrier's initial value. The second and later states
/// of an update, and its gradients, are named after the first: "fc.weight",
/// "fc.weight.state1", "fc.weight.gradient".
std::vector<Observable> observablesOf(GraphOp graph,
                                      const LagOf &lagOf = retimedLag);

} // namespace layerpipe

#endif // LAYERPIPE_INTERPRETER_OBSERVABLES_H
