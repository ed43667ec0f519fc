//===- GraphTest.h - a fixture that parses graphs and reads their values --===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_INTERPRETER_GRAPHTEST_H
#define LAYERPIPE_TEST_UNIT_INTERPRETER_GRAPHTEST_H

#include "Support/CompareRuns.h"
#include "Support/RandomGraphs.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include <gmock/gmock.h>

namespace layerpipe::testing {

class GraphTest : public ::testing::Test {
protected:
  /// The graph of a text, kept alive until the next call of `parse`.
  GraphOp parse(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
    EXPECT_TRUE(module) << text.str();
    return module ? onlyGraph(*module) : GraphOp();
  }

  /// The first op of a kind, tasks' bodies included.
  template <typename OpTy> static OpTy first(GraphOp graph) {
    OpTy found;
    graph.walk([&](OpTy op) {
      found = op;
      return mlir::WalkResult::interrupt();
    });
    return found;
  }

  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_INTERPRETER_GRAPHTEST_H
