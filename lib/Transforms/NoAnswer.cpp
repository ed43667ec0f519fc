//===- NoAnswer.cpp - Why a solver has no answer --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Transforms/NoAnswer.h"

using namespace mlir;
using namespace layerpipe;

LogicalResult layerpipe::emitNoAnswer(GraphOp graph, StringRef cannot,
                                      const scheduling::Error &error) {
  bool ours = error.failure == scheduling::Failure::defect;
  return graph.emitError(ours ? "" : cannot) << error.message;
}
