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

/// Lists the options that would do nothing on a file of that format.
static std::vector<base::OptionRule> rulesOf(const Format &format) {
  std::vector<base::OptionRule> rules = {
      {"--backward-split", &format != &pipedreamProfileFormat,
       "on a network in MLIR or ONNX: the costs of its ops tell what each "
       "gradient takes"}};
  for (const char *option :
       {"--loss", "--ignore-label", "--dim", "--train-batch-norm",
        "--running-variance", "--train-dropout", "--freeze", "--reinitialize"})
    rules.push_back(
        {option, &format != &onnxFormat, "on a network that is no ONNX model"});
  return rules;
}

LogicalResult ModelFile::readOptions(const std::string &path, StringRef text,
                                     const ReadOptions &options,
                                     ImportOptions &import) const {
  auto fail = [](const std::string &message) {
    printError(message);
    return failure();
  };
  if (std::string useless =
          base::findUselessOption(options.given, rulesOf(*format));
      !useless.empty())
    return fail(useless);
  auto split = network::parseBackwardSplit(options.backwardSplit);
  if (!split)
    return fail("--backward-split: " + split.message());
  auto onnx = parseOnnxOptions(options.onnx);
  if (!onnx)
    return fail(onnx.message());
  import.backwardSplit = *split;
  import.onnx = std::move(*onnx);
  import.samples = options.batch;
  if (isProfile() && network::namesStages(text))
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
                              const ReadOptions &options) {
  auto file = readInput(path);
  if (!file) {
    printError(path + ": can't read it: " + file.getError().message());
    return failure();
  }
  StringRef text = (*file)->getBuffer();
  format = &formatOf(path, text);
  ImportOptions import;
  if (path != "-")
    import.name = llvm::sys::path::stem(path).str();
  if (failed(readOptions(path, text, options, import)))
    return failure();
  sources.AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  // What is wrong with the file as a whole has no line in it.
  ScopedDiagnosticHandler withoutLine(&mlirContext, [](Diagnostic &diagnostic) {
    if (!isa<UnknownLoc>(diagnostic.getLocation()))
      return failure();
    printError(diagnostic.str());
    return success();
  });
  content = format->import(sources, &mlirContext, import);
  if (content && isProfile() && options.batch == 0 && !cutsBySample(*content))
    printNote(path + ": how many samples the times are of can't be told, so no "
                     "layer is cut by sample; --batch says it");
  return success(bool(content));
}
