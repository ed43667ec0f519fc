//===- RandomEnds.h - networks of several inputs and losses -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMENDS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMENDS_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace layerpipe::testing {

/// Makes a module with one graph @net of phase forward. It has one to three
/// inputs, products of two activations, and one to three losses with weights:
/// of rows, of classes, and of classes at each position, some of which may be
/// ignored. Losses share labels, or have labels with names. All functions are
/// smooth, as finite differences want them.
mlir::OwningOpRef<mlir::ModuleOp> randomEndsGraph(mlir::MLIRContext &context,
                                                  uint64_t seed);

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMENDS_H
