//===- NativeProgram.cpp - From a scheduled graph to an executable --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeProgram.h"

#include "layerpipe/Conversion/Passes.h"
#include "layerpipe/Target/Native.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

LogicalResult layerpipe::driver::makeProgram(ModuleOp module) {
  PassManager passes(module.getContext());
  passes.addPass(createConvertLayerpipeToSched());
  passes.addNestedPass<sched::ProgramOp>(createSchedPlaceBuffers());
  return passes.run(module);
}

static LogicalResult fail(llvm::Error error) {
  printError(llvm::toString(std::move(error)));
  return failure();
}

LogicalResult layerpipe::driver::linkProgram(ModuleOp module,
                                             const ModelOptions &options,
                                             const Context &tool,
                                             const std::string &output) {
  PassManager passes(module.getContext());
  ConvertSchedToLLVMOptions lowering;
  lowering.kernels = options.kernels;
  buildNativeCodePipeline(passes, lowering);
  if (failed(passes.run(module)))
    return failure();
  llvm::Expected<TemporaryFile> object = TemporaryFile::create("o");
  if (!object)
    return fail(object.takeError());
  ObjectOptions code{options.sanitizer == "thread"};
  if (llvm::Error error = writeObjectFile(module, code, object->path()))
    return fail(std::move(error));
  LinkOptions link{object->path(), output, options.runtimeFolder,
                   options.kernels, options.sanitizer};
  if (link.runtimeFolder.empty())
    link.runtimeFolder = defaultRuntimeFolder(tool.tool);
  if (llvm::Error error = linkExecutable(link))
    return fail(std::move(error));
  return success();
}
