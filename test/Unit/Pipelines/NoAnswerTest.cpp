//===- NoAnswerTest.cpp - Whose mistake a pass reports --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <gtest/gtest.h>

using namespace layerpipe;
using scheduling::Error;
using scheduling::Failure;

/// What a pass reports about a graph when a solver returns this error.
static std::string report(const Error &error) {
  mlir::MLIRContext context;
  context.loadDialect<LayerpipeDialect>();
  mlir::OpBuilder builder(&context);
  mlir::OwningOpRef<GraphOp> graph =
      GraphOp::create(builder, builder.getUnknownLoc(), "net", Phase::training);
  graph->getBody().emplaceBlock();
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          message = diagnostic.str();
                                          return mlir::success();
                                        });
  EXPECT_TRUE(mlir::failed(emitNoAnswer(*graph, "can't retime: ", error)));
  return message;
}

TEST(NoAnswer, saysWhatTheUserCanChange) {
  EXPECT_EQ(report({"the period is too short", Failure::infeasible}),
            "can't retime: the period is too short");
}

TEST(NoAnswer, takesTheBlameForADefect) {
  EXPECT_EQ(report(scheduling::defectOf("the retiming", "a lag is missing")),
            "defect of the retiming, please report it: a lag is missing");
}
