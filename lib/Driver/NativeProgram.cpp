//===- NativeProgram.cpp - From a scheduled graph to an executable --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeProgram.h"

#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Conversion/Passes.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Native/Link.h"
#include "layerpipe/Native/ObjectFile.h"

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
                                             const std::string &tool,
                                             const std::string &output) {
  PassManager passes(module.getContext());
  ConvertSchedToLLVMOptions lowering;
  lowering.kernels = options.kernels;
  buildNativeCodePipeline(passes, lowering);
  if (failed(passes.run(module)))
    return failure();
  auto object = base::TemporaryFolder::create("program.o");
  if (!object)
    return failWith(object.error());
  ObjectOptions code{options.sanitizer == "thread"};
  if (llvm::Error error = writeObjectFile(module, code, object->file()))
    return fail(std::move(error));
  LinkOptions link{object->file(), output, options.runtimeFolder,
                   options.kernels, options.sanitizer};
  if (link.runtimeFolder.empty())
    link.runtimeFolder = defaultRuntimeFolder(tool);
  if (llvm::Error error = linkExecutable(link))
    return fail(std::move(error));
  return success();
}
