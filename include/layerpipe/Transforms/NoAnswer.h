//===- NoAnswer.h - Why a solver has no answer ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_NOANSWER_H
#define LAYERPIPE_TRANSFORMS_NOANSWER_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Scheduling/Model/Result.h"

namespace layerpipe {

/// Reports at the graph why a pass has no answer, and fails. What the user can
/// change is reported after `cannot`, as "can't retime: "; a defect of ours
/// says itself that it is one.
mlir::LogicalResult emitNoAnswer(GraphOp graph, llvm::StringRef cannot,
                                 const scheduling::Error &error);

} // namespace layerpipe

#endif // LAYERPIPE_TRANSFORMS_NOANSWER_H
