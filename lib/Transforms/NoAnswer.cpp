//===- NoAnswer.cpp - Why a solver has no answer --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Transforms/NoAnswer.h"

#include "layerpipe/Scheduling/Model/Verified.h"

using namespace mlir;
using namespace layerpipe;

LogicalResult layerpipe::emitNoAnswer(GraphOp graph, StringRef cannot,
                                      const scheduling::Error &error) {
  return graph.emitError(isDefect(error) ? "" : cannot) << error.message;
}
