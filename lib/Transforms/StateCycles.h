//===- StateCycles.h - The cycles that carry states -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A state goes from the op that changes it through a delay to the next
// iteration. In a forward graph, which has no delays, it is a parameter.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_STATECYCLES_H
#define LAYERPIPE_LIB_TRANSFORMS_STATECYCLES_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// Creates the delay that carries a state to the next iteration. It begins as
/// the parameter, whose readers read the delay from now on. The caller sets its
/// input.
DelayOp createStateDelay(ParameterOp parameter);

/// Returns the op of a forward graph that keeps the parameter as its state, or
/// null.
StateOpInterface statisticsOf(ParameterOp parameter);

/// Closes the cycles of all states of a forward graph, which are statistics.
void closeStatisticCycles(GraphOp graph);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_STATECYCLES_H
