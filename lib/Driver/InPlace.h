//===- InPlace.h - Schedules from times measured in place -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_INPLACE_H
#define LAYERPIPE_LIB_DRIVER_INPLACE_H

#include "layerpipe/Driver/Compiler.h"
#include "layerpipe/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace layerpipe::driver {

/// Schedules a forward graph with times that its tasks have on their
/// processors. A task that reads what another processor has just written takes
/// longer than one that finds it in its own cache, so these times belong to an
/// assignment and an order. The search therefore goes in three steps:
///
/// 1. The graph is scheduled with the costs of `pipeline`, compiled and run.
///   The schedule gets the times measured there and keeps its order.
/// 2. The graph is scheduled again with what its tasks took there, their parts
///   added up. If that order has not been run, it is run beside the best one,
///   which is measured again too, because a machine's speed drifts; the one
///   with the shorter period stays. At most four orders are run, and no further
///   one after 20 seconds.
/// 3. The best is measured anew, several times, because the least of many
///   periods flatters. The answer has the times of the run whose period is the
///   median, and its period predicts that of this very program.
///
/// Changes the costs of `pipeline`. Prints errors and, unless `quiet`, the
/// period of each order.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
scheduleInPlace(mlir::ModuleOp forward, PipelineOptions &pipeline,
                const ModelOptions &options, const std::string &tool,
                bool quiet);

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_INPLACE_H
