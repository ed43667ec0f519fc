//===- CompareRuns.h - do two graphs train alike, bit for bit? -*- C++ -*-===//
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
#include <gtest/gtest.h>

namespace layerpipe::testing {

/// By how many periods an op is late: in period n it works on iteration
/// n - lag.
using LagOf = std::function<int64_t(mlir::Operation *)>;

/// The `retimed` attribute of the op's task; 0 outside tasks and without it.
int64_t retimedLag(mlir::Operation *op);

/// What of a graph training is judged by: a value with a name that
/// transformations keep, and its lag.
struct Stream {
  std::string name;
  mlir::Value value;
  int64_t lag;
  /// What the stream must be while n < lag: for states the initial value, else
  /// null, which stands for absent.
  mlir::Value initial;
  /// A state whose initial value is a constant.
  std::optional<float> initialConstant;
};

/// The losses ("loss"), and of every update its states ("fc.weight", its
/// velocity "fc.weight.state1") and its gradients ("fc.weight.gradient"), in
/// the order of their names.
std::vector<Stream> streamsOf(GraphOp graph, const LagOf &lagOf = retimedLag);

/// Runs both graphs for `periods` periods from the same seed and compares all
/// streams bit for bit, all NaNs counting as equal: iteration i of a stream is
/// its value in period i + lag. Before its iteration 0 a state must be its
/// initial value, and everything else absent.
::testing::AssertionResult compareRuns(GraphOp a, GraphOp b, int64_t periods,
                                       InterpreterOptions options = {},
                                       const LagOf &lagOf = retimedLag);

/// Runs a textual pipeline of registered passes, such as
/// "layerpipe-differentiate,layerpipe-form-tasks", on the module.
::testing::AssertionResult runPasses(mlir::ModuleOp module,
                                     llvm::StringRef pipeline);

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_COMPARERUNS_H
