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
#include "layerpipe/Tool/ToolMain.h"
#include "layerpipe/Tool/ToolOptions.h"
#include "layerpipe/Transforms/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

/// Registers our passes, and those of MLIR's that make sense on graphs.
static void registerPasses() {
  layerpipe::registerInterpreterPasses();
  layerpipe::registerLayerpipeTransformsPasses();
  layerpipe::registerLayerpipePipelines();
  layerpipe::registerConversionPasses();
  layerpipe::registerNativeCodePipeline();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerPrintOpStatsPass();
  mlir::registerStripDebugInfoPass();
  mlir::registerSymbolDCEPass();
}

static int runPasses(int argc, char **argv) {
  layerpipe::prepareTool("layerpipe-opt");
  mlir::DialectRegistry registry;
  registry
      .insert<layerpipe::LayerpipeDialect, layerpipe::sched::SchedDialect>();
  registerPasses();
  std::string header = mlir::registerCLIOptions(
      "layerpipe-opt: runs layerpipe's passes one by one\n"
      "Passes run in the order in which they are given; --help-hidden shows "
      "MLIR's and LLVM's own options too.\n",
      registry);
  layerpipe::showOnly(
      {"help", "help-hidden", "version", "o", "split-input-file",
       "verify-diagnostics", "pass-pipeline", "list-passes", "mlir-timing",
       "mlir-print-ir-before-all", "mlir-print-ir-after-all",
       "mlir-print-op-on-diagnostic", "mlir-disable-threading"});
  auto [input, output] = mlir::parseCLIOptions(argc, argv, header);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}

int main(int argc, char **argv) {
  return layerpipe::runTool(argc, argv, runPasses);
}
