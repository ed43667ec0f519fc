//===- WriteSchedule.h - a solution becomes the IR's schedule ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_WRITESCHEDULE_H
#define LAYERPIPE_LIB_TRANSFORMS_WRITESCHEDULE_H

#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

namespace layerpipe {

/// Gives the tasks the solution's starts, lags and slots, and the graph its
/// period and lower bounds, and makes its phase scheduled. The solution's
/// delays must be on the edges. This is the opposite of extractSchedule.
mlir::LogicalResult writeSchedule(GraphOp graph, const TrainingGraph &training,
                                  const scheduling::CyclicProblem &problem,
                                  const scheduling::CyclicSolution &solution);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_WRITESCHEDULE_H
