//===- ModelFile.cpp - A network's file, parsed ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/ModelFile.h"

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Tool/Threads.h"
#include "layerpipe/Tool/ToolOptions.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

ModelFile::ModelFile()
    : mlirContext(threadsCanStart() ? MLIRContext::Threading::ENABLED
                                    : MLIRContext::Threading::DISABLED),
      diagnostics(sources, &mlirContext, llvm::errs()) {
  obeyNoColor();
  mlirContext.loadDialect<LayerpipeDialect, sched::SchedDialect>();
  // Errors name the place; printing the whole graph after each would bury them.
  mlirContext.printOpOnDiagnostic(false);
}

LogicalResult ModelFile::readProfileOptions(const std::string &path,
                                            StringRef text,
                                            const ProfileOptions &options,
                                            ImportOptions &import) const {
  std::string useless = base::findUselessOption(
      options.given, {{"--backward-split", !profile,
                       "on a network in MLIR: the costs of its ops tell what "
                       "each gradient takes"}});
  auto split = network::parseBackwardSplit(options.backwardSplit);
  if (!useless.empty() || !split) {
    printError(split ? useless : "--backward-split: " + split.message());
    return failure();
  }
  import.backwardSplit = *split;
  import.samples = options.batch;
  if (profile && network::namesStages(text))
    printNote(path + ": the stages that its stage_id= name are ignored; the "
                     "strategies find their own");
  return success();
}

/// Returns whether a layer may be cut by sample.
static bool cutsBySample(ModuleOp module) {
  return module
      .walk([](OpaqueOp layer) {
        return layer.getSamples() ? WalkResult::interrupt()
                                  : WalkResult::advance();
      })
      .wasInterrupted();
}

LogicalResult ModelFile::read(const std::string &path,
                              const ProfileOptions &options) {
  auto file = readInput(path);
  if (!file) {
    printError(path + ": can't read it: " + file.getError().message());
    return failure();
  }
  StringRef text = (*file)->getBuffer();
  const Format &format = formatOf(path, text);
  profile = &format == &pipedreamProfileFormat;
  ImportOptions import;
  if (path != "-")
    import.name = llvm::sys::path::stem(path).str();
  if (failed(readProfileOptions(path, text, options, import)))
    return failure();
  sources.AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  content = format.import(sources, &mlirContext, import);
  if (content && profile && options.batch == 0 && !cutsBySample(*content))
    printNote(path + ": how many samples the times are of can't be told, so no "
                     "layer is cut by sample; --batch says it");
  return success(bool(content));
}
