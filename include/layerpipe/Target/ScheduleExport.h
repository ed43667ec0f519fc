//===- ScheduleExport.h - Scheduled graphs as schedule files ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TARGET_SCHEDULEEXPORT_H
#define LAYERPIPE_TARGET_SCHEDULEEXPORT_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Schedule/StaticSchedule.h"

namespace layerpipe {

/// Returns the schedule of `graph`, whose phase must be scheduled, as a value
/// that has passed all rules of docs/schedule-format.md. An invalid schedule is
/// an error at the graph.
mlir::FailureOr<scheduling::StaticSchedule> makeStaticSchedule(GraphOp graph);

/// Writes the same schedule as JSON (docs/schedule-format.md).
mlir::LogicalResult exportScheduleJson(GraphOp graph,
                                       llvm::raw_ostream &output);

} // namespace layerpipe

#endif // LAYERPIPE_TARGET_SCHEDULEEXPORT_H
