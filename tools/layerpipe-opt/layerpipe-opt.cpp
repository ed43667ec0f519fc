//===- layerpipe-opt.cpp - runs passes on IR, for developers and lit ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Conversion/Passes.h"
#include "layerpipe/Interpreter/Passes.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Transforms/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry
      .insert<layerpipe::LayerpipeDialect, layerpipe::sched::SchedDialect>();
  mlir::registerTransformsPasses();
  layerpipe::registerInterpreterPasses();
  layerpipe::registerLayerpipeTransformsPasses();
  layerpipe::registerLayerpipePipelines();
  layerpipe::registerConversionPasses();
  layerpipe::registerNativeCodePipeline();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "layerpipe's pass runner\n", registry));
}
