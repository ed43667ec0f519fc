//===- ChromeTrace.h - the predicted schedule as a trace --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TARGET_CHROMETRACE_H
#define LAYERPIPE_TARGET_CHROMETRACE_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "llvm/Support/raw_ostream.h"

namespace layerpipe {

/// Writes the schedule of a graph of phase scheduled as a Chrome trace, which
/// opens in Perfetto. Schedule/ScheduleTrace.h describes it.
mlir::LogicalResult exportChromeTrace(GraphOp graph, llvm::raw_ostream &output);

} // namespace layerpipe

#endif // LAYERPIPE_TARGET_CHROMETRACE_H
