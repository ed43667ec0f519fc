//===- layerpipe-translate.cpp - exports graphs and schedules -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/Format.h"
#include "layerpipe/Network/PipedreamProfile.h"
#include "layerpipe/Target/ChromeTrace.h"
#include "layerpipe/Target/Dot.h"
#include "layerpipe/Target/ScheduleExport.h"
#include "layerpipe/Tool/ToolMain.h"
#include "layerpipe/Tool/ToolOptions.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace layerpipe;

using Export = LogicalResult (*)(GraphOp, llvm::raw_ostream &);

/// Applies `write` to the module's graph, of which there must be one.
static LogicalResult exportGraph(Operation *module, llvm::raw_ostream &output,
                                 Export write) {
  SmallVector<GraphOp> graphs;
  module->walk([&](GraphOp graph) { graphs.push_back(graph); });
  if (graphs.size() != 1)
    return module->emitError("needs exactly one layerpipe.graph, got ")
           << graphs.size();
  return write(graphs.front(), output);
}

/// Keeps ops out of errors. MLIR's driver wants ops printed with every error,
/// and says so to the context before it loads a dialect.
static void printNoOps(MLIRContext *context, LayerpipeDialect *) {
  context->printOpOnDiagnostic(false);
}

static void registerDialects(DialectRegistry &registry) {
  registry.insert<LayerpipeDialect>();
  registry.addExtension(printNoOps);
}

static void registerExport(StringRef name, StringRef description,
                           Export write) {
  TranslateFromMLIRRegistration registration(
      name, description,
      [write](Operation *module, llvm::raw_ostream &output) {
        return exportGraph(module, output, write);
      },
      registerDialects);
}

namespace {

/// The options of all imports.
struct ImportFlags {
  llvm::cl::opt<std::string> split{
      "backward-split", llvm::cl::init("products"),
      llvm::cl::desc(
          "with --import-pipedream-profile: which backward times are "
          "divided into both gradients, products or parameters, and "
          "the input's share, such as parameters:0.4")};
  llvm::cl::opt<int64_t> batch{
      "batch", llvm::cl::init(0),
      llvm::cl::desc("samples per iteration of an ONNX model, and for how many "
                     "a profile was measured, where its linear layers don't "
                     "tell")};
  llvm::cl::list<std::string> losses{
      "loss", llvm::cl::desc("with --import-onnx: cross-entropy or mse, the "
                             "loss of the output, or "
                             "OUTPUT=LOSS[:WEIGHT][@LABELS] for each of some")};
  llvm::cl::opt<int32_t> ignoredLabel{
      "ignore-label",
      llvm::cl::desc("with --import-onnx: positions with this label don't "
                     "count in cross-entropies")};
  llvm::cl::list<std::string> dimensions{
      "dim", llvm::cl::desc("with --import-onnx: NAME=N, the size of a "
                            "dimension that has a name only")};
  llvm::cl::opt<bool> trainBatchNorm{
      "train-batch-norm",
      llvm::cl::desc("with --import-onnx: normalise by each batch's statistics "
                     "and keep running ones, everywhere")};
  llvm::cl::opt<std::string> runningVariance{
      "running-variance", llvm::cl::init("auto"),
      llvm::cl::desc("with --import-onnx: auto, biased or unbiased running "
                     "variances of batch normalisation")};
  llvm::cl::opt<bool> trainDropout{
      "train-dropout",
      llvm::cl::desc("with --import-onnx: drop elements at random in training, "
                     "everywhere")};
  llvm::cl::list<std::string> frozen{
      "freeze", llvm::cl::desc("with --import-onnx: don't train parameters "
                               "whose names match this pattern")};
  llvm::cl::opt<bool> reinitialize{
      "reinitialize",
      llvm::cl::desc("with --import-onnx: start with new parameters")};

  base::Result<ImportOptions> parse() const;
};

} // namespace

base::Result<ImportOptions> ImportFlags::parse() const {
  auto rule = network::parseBackwardSplit(split);
  if (!rule)
    return base::Error{"--backward-split: " + rule.message()};
  std::optional<int32_t> ignored;
  if (ignoredLabel.getNumOccurrences() > 0)
    ignored = ignoredLabel;
  auto onnx = parseOnnxOptions({{losses.begin(), losses.end()},
                                ignored,
                                {dimensions.begin(), dimensions.end()},
                                trainBatchNorm,
                                {frozen.begin(), frozen.end()},
                                reinitialize,
                                trainDropout,
                                runningVariance});
  if (!onnx)
    return onnx.error();
  return ImportOptions{.backwardSplit = *rule, .samples = batch, .onnx = *onnx};
}

/// Makes a module of the file in that format.
static OwningOpRef<Operation *> importNetwork(const Format &format,
                                              llvm::SourceMgr &sources,
                                              const ImportFlags &flags,
                                              MLIRContext *context) {
  auto options = flags.parse();
  if (options)
    return format.import(sources, context, *options).release().getOperation();
  emitError(UnknownLoc::get(context)) << options.message();
  return {};
}

/// Registers --import-NAME for every format but MLIR, which the translator
/// reads anyway.
static void registerImports() {
  static const ImportFlags flags;
  for (const Format *format : allFormats()) {
    if (format == &mlirFormat)
      continue;
    TranslateToMLIRRegistration registration(
        ("import-" + format->name).str(), format->description,
        [format](llvm::SourceMgr &sources, MLIRContext *context) {
          return importNetwork(*format, sources, flags, context);
        },
        registerDialects);
  }
}

static int translate(int argc, char **argv) {
  prepareTool("layerpipe-translate");
  registerImports();
  registerExport("export-dot", "a graph of any phase, for Graphviz", exportDot);
  registerExport("export-chrome-trace",
                 "a schedule's first periods, for Perfetto", exportChromeTrace);
  registerExport("export-schedule-json",
                 "a schedule, as docs/schedule-format.md says",
                 exportScheduleJson);
  return failed(mlirTranslateMain(argc, argv, "layerpipe's translator\n"));
}

int main(int argc, char **argv) { return runTool(argc, argv, translate); }
