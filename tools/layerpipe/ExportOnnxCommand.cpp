//===- ExportOnnxCommand.cpp - layerpipe export-onnx ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "SharedOptions.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Driver/ModelFile.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Runtime/Data/Safetensors.h"
#include "layerpipe/Target/OnnxExport.h"
#include "layerpipe/Transforms/OptionLimits.h"
#include "layerpipe/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

#include <memory>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct ExportOptions {
  std::string model;
  std::string trained;
  std::string output;
  ReadOptions read;
};

} // namespace

/// Reads the parameters that a program has saved.
static base::Result<ParameterElements> readTrained(const std::string &path) {
  ParameterElements elements;
  if (path.empty())
    return elements;
  auto file = runtime::readTensors(path);
  if (!file)
    return file.error();
  for (auto &[name, tensor] : file->tensors)
    elements[name] = std::move(tensor.values);
  if (elements.empty())
    return base::Error{path + ": there are no tensors"};
  return elements;
}

/// Gives a network in MLIR the batch that the options ask for.
static LogicalResult setBatch(ModelFile &file, int64_t batch) {
  if (batch == 0 || !file.isMlir())
    return success();
  PassManager passes(&file.context());
  SetBatchOptions options;
  options.batch = batch;
  passes.addNestedPass<GraphOp>(createSetBatch(options));
  return passes.run(file.module());
}

static int exportModel(const ExportOptions &options) {
  auto fail = [&](const std::string &message) {
    printError(message);
    return 1;
  };
  if (failed(checkFiles(
          {{"the model", options.model}, {"--load", options.trained}},
          {{"--output", options.output}})))
    return 1;
  ModelFile file;
  if (failed(file.read(options.model, options.read)) ||
      failed(setBatch(file, options.read.batch)))
    return 1;
  auto graphs = file.module().getOps<GraphOp>();
  if (std::distance(graphs.begin(), graphs.end()) != 1)
    return fail(
        fmt::format("'{}' must hold one layerpipe.graph", options.model));
  auto trained = readTrained(options.trained);
  if (!trained)
    return fail(trained.message());
  auto bytes = exportOnnx(*graphs.begin(), *trained);
  if (!bytes)
    return fail(options.model + ": " + bytes.message());
  auto written = base::writeOutput(options.output, *bytes);
  return written ? 0 : fail(written.message());
}

void layerpipe::driver::addExportOnnxCommand(CLI::App &app, Context &context) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App *command = app.add_subcommand(
      "export-onnx",
      "Write a network with its trained parameters as an ONNX model");
  command
      ->add_option("model", options->model,
                   "The network: an ONNX model or an .mlir file; - is standard "
                   "input")
      ->required()
      ->type_name("MODEL");
  command
      ->add_option("--load", options->trained,
                   "The parameters that a program has saved (safetensors); "
                   "without it those that the network starts with")
      ->type_name("FILE");
  command->add_option("-o,--output", options->output, "The ONNX file")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--batch", options->read.batch,
                   "Samples at a time; without it as the network says")
      ->transform(base::within(limits::batch));
  addImportOptions(*command, options->read.backwardSplit, options->read.onnx);
  command->callback([command, options, &context] {
    options->read.given = base::givenOptions(*command);
    context.status = exportModel(*options);
  });
}
