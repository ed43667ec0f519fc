//===- MeasuredSchedule.h - Schedules from measured times -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_MEASUREDSCHEDULE_H
#define LAYERPIPE_LIB_DRIVER_MEASUREDSCHEDULE_H

#include "Measuring.h"
#include "layerpipe/Pipelines/Pipelines.h"

#include "mlir/IR/OwningOpRef.h"

namespace layerpipe::driver {

/// This is a network that is to be scheduled, and how.
struct SchedulingQuestion {
  mlir::ModuleOp forward;
  const ModelOptions &options;
  const std::string &tool; ///< Its argv[0].
  bool quiet;              ///< Nothing is printed but errors and notes.
};

/// Schedules the forward graph by the times that its tasks take on this
/// machine. If the same question was asked before, the times of that answer are
/// in the file of measurements, and the answer is the same. Otherwise the
/// network is compiled for one processor and run; and then, if there are CPUs
/// for all processors and time is left, schedules are run and measured in place
/// (InPlace.h).
///
/// If the user has not asked for measured costs, and there is no time for it or
/// the network can't be run, a note says so, and costs are counted. Changes the
/// costs of `pipeline`. Errors are printed.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
scheduleMeasured(const SchedulingQuestion &question, PipelineOptions &pipeline,
                 Measuring &measuring);

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_MEASUREDSCHEDULE_H
