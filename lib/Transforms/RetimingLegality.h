//===- RetimingLegality.h - what retiming must not do to initial values ---===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_RETIMINGLEGALITY_H
#define LAYERPIPE_LIB_TRANSFORMS_RETIMINGLEGALITY_H

#include "layerpipe/Analysis/Streams.h"
#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"

namespace layerpipe {

/// Returns what a task's result is in iterations before 0: the initial state
/// for a state op's result, otherwise absent.
mlir::FailureOr<InitialValue> valueBeforeStart(mlir::Value result,
                                               StreamResolver &resolver);

/// Checks the firings before iteration 0, since after retiming task v fires
/// r(v) times before it. They must change nothing, and readers must still see
/// the initial values:
///
/// - every op that fires early has an absent operand (a state op has an absent
///   data operand), so that it computes nothing, or only such ops read it;
/// - where a producer fires early, the initial value of each delay behind it is
///   what it yields then.
///
/// Fails with an error at the task, naming the edge.
mlir::LogicalResult checkInitialValues(const TrainingGraph &training,
                                       const scheduling::Retiming &retiming);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_RETIMINGLEGALITY_H
