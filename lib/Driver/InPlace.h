//===- InPlace.h - Schedules from times measured in place -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_INPLACE_H
#define LAYERPIPE_LIB_DRIVER_INPLACE_H

#include "MeasuredSchedule.h"

namespace layerpipe::driver {

/// This is a schedule with the times that lead to it: its order was made for
/// those planned, and its starts and period for those measured.
struct InPlaceAnswer {
  mlir::OwningOpRef<mlir::ModuleOp> scheduled;
  runtime::NamedTimes planned;
  runtime::NamedTimes measured;
};

/// Schedules a forward graph with times that its tasks have on their
/// processors. A task that reads what another processor has just written takes
/// longer than one that finds it in its own cache, so these times belong to an
/// assignment and an order. The search therefore goes in three steps:
///
/// 1. The graph is scheduled with the costs of `pipeline`, which are the times
///   `first`, compiled and run. The schedule gets the times measured there and
///   keeps its order.
/// 2. The graph is scheduled again with what its tasks took there, their parts
///   added up. If that order has not been run, it is run beside the best one,
///   which is measured again too, because a machine's speed drifts; the one
///   with the shorter period stays. Of two whose periods are within 2 % of each
///   other, which is what a machine's noise does, the one stays whose gradients
///   are less late. At most four orders are run, and no further one when the
///   time for measuring is over.
/// 3. The best is measured anew, several times, because the least of many
///   periods flatters. The answer has the times of the run whose period is the
///   median, and its period predicts that of this very program.
///
/// Changes the costs of `pipeline`. Prints errors and, unless the question is
/// quiet, the period of each order.
mlir::FailureOr<InPlaceAnswer>
scheduleInPlace(const SchedulingQuestion &question, PipelineOptions &pipeline,
                Measuring &measuring, const runtime::NamedTimes &first);

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_INPLACE_H
