//===- layerpipe-opt.cpp - runs passes on IR, for developers and lit ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Conversion/Passes.h"
#include "layerpipe/Driver/ToolMain.h"
#include "layerpipe/Interpreter/Passes.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Transforms/Passes.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"

static int runPasses(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry
      .insert<layerpipe::LayerpipeDialect, layerpipe::sched::SchedDialect>();
  // Errors name the place; the whole graph after each would bury them.
  mlir::registerMLIRContextCLOptions();
  auto *printOp = static_cast<llvm::cl::opt<bool> *>(
      llvm::cl::getRegisteredOptions()["mlir-print-op-on-diagnostic"]);
  printOp->setInitialValue(false);
  mlir::registerTransformsPasses();
  layerpipe::registerInterpreterPasses();
  layerpipe::registerLayerpipeTransformsPasses();
  layerpipe::registerLayerpipePipelines();
  layerpipe::registerConversionPasses();
  layerpipe::registerNativeCodePipeline();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "layerpipe's pass runner\n", registry));
}

int main(int argc, char **argv) {
  return layerpipe::runTool(argc, argv, runPasses);
}
