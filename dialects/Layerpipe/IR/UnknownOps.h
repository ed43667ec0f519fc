//===- UnknownOps.h - Help with ops that don't exist ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_UNKNOWNOPS_H
#define LAYERPIPE_IR_UNKNOWNOPS_H

#include "mlir/IR/Dialect.h"

namespace layerpipe {

/// Adds a note when the parser refuses an op as unknown that names this
/// dialect. The note tells the op that was probably meant, or all that the
/// dialect has. Call this once, when the dialect is loaded.
void explainUnknownOps(mlir::Dialect &dialect);

} // namespace layerpipe

#endif // LAYERPIPE_IR_UNKNOWNOPS_H
