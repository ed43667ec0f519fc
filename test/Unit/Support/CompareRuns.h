//===- CompareRuns.h - do two graphs train alike, bit for bit? --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A property test of a training-preserving pass reads:
//
//   auto before = randomForwardGraph(context, seed);
//   ASSERT_TRUE(runPasses(*before, "layerpipe-differentiate"));
//   OwningOpRef<ModuleOp> after = before->clone();
//   ASSERT_TRUE(runPasses(*after, "layerpipe-decouple-gradients"));
//   EXPECT_TRUE(compareRuns(onlyGraph(*before), onlyGraph(*after), 10));
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_COMPARERUNS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_COMPARERUNS_H

#include "layerpipe/Interpreter/Interpreter.h"
#include "layerpipe/Interpreter/Observables.h"
#include "mlir/IR/BuiltinOps.h"
#include <gtest/gtest.h>

namespace layerpipe::testing {

/// Runs both graphs for `periods` periods from the same seed and compares all
/// streams bit for bit, all NaNs counting as equal: iteration i of a stream is
/// its value in period i + lag. Before its iteration 0 a state must be its
/// initial value, and everything else absent. With a `tolerance`, two tensors
/// may differ by that much of the largest of their elements, or of 0.01.
::testing::AssertionResult compareRuns(GraphOp a, GraphOp b, int64_t periods,
                                       const InterpreterOptions &options = {},
                                       const LagOf &lagOf = retimedLag,
                                       double tolerance = 0);

/// Runs a textual pipeline of registered passes on graphs, such as
/// "layerpipe-differentiate,layerpipe-form-tasks", on every graph of the
/// module.
::testing::AssertionResult runPasses(mlir::ModuleOp module,
                                     llvm::StringRef pipeline);

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_COMPARERUNS_H
