//===- NativeCode.cpp - The pipeline from programs to the LLVM dialect ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Conversion/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace layerpipe;

void layerpipe::buildNativeCodePipeline(
    OpPassManager &manager, const ConvertSchedToLLVMOptions &options) {
  manager.addPass(createConvertSchedToLLVM(options));
  // Loops become branches before the arithmetic in them loses its types.
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createConvertMathToLibmPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

namespace {

struct NativeCodeOptions : PassPipelineOptions<NativeCodeOptions> {
  Option<std::string> kernels{
      *this, "kernels",
      llvm::cl::desc(
          "Kernels of the executable: measured, portable or reference"),
      llvm::cl::init("portable")};
};

} // namespace

void layerpipe::registerNativeCodePipeline() {
  PassPipelineRegistration<NativeCodeOptions>(
      "layerpipe-native-code",
      "From a placed sched.program to the LLVM dialect alone",
      [](OpPassManager &manager, const NativeCodeOptions &options) {
        ConvertSchedToLLVMOptions own;
        own.kernels = options.kernels;
        buildNativeCodePipeline(manager, own);
      });
}
