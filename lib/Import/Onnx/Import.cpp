//===- Import.cpp - Graphs from ONNX models -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Output.h"

#include "mlir/IR/Verifier.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::onnx;

namespace {

class Importer {
public:
  Importer(Location loc, StringRef name, Model model,
           const OnnxOptions &options);

  Result<OwningOpRef<ModuleOp>> run();

private:
  Result<int64_t> extentOf(const ValueInfo &input, size_t axis) const;
  Result<Extents> extentsOf(const ValueInfo &input);
  Result<void> setBatch(const ValueInfo &input);
  Result<void> addInput(Translation &translation, const ValueInfo &input);
  Result<void> addInputs(Translation &translation);
  Result<void> addLoss(Translation &translation);
  Error refusal(const std::vector<std::string> &sentences) const;
  void eraseUnread();

  Location loc;
  Model model;
  const OnnxOptions &options;
  Output output;
  OwningOpRef<ModuleOp> module;
  GraphOp graph;
  OpBuilder builder;
  int64_t fileBatch = 0, batch = 0;
};

} // namespace

Importer::Importer(Location loc, StringRef name, Model given,
                   const OnnxOptions &options)
    : loc(loc), model(std::move(given)), options(options),
      builder(loc.getContext()) {
  module = ModuleOp::create(builder, loc);
  builder.setInsertionPointToEnd(module->getBody());
  graph = GraphOp::create(builder, loc, name, Phase::forward);
  builder.setInsertionPointToEnd(&graph.getBody().emplaceBlock());
}

/// Returns the extent of a dimension but the batch.
Result<int64_t> Importer::extentOf(const ValueInfo &input, size_t axis) const {
  const Dimension &dimension = (*input.shape)[axis];
  if (dimension.extent)
    return *dimension.extent;
  auto given = options.dimensions.find(dimension.symbol);
  if (!dimension.symbol.empty() && given != options.dimensions.end())
    return given->second;
  std::string advice =
      dimension.symbol.empty()
          ? "export it with a fixed size"
          : fmt::format("--dim {}=N says it", dimension.symbol);
  return Error{fmt::format("dimension {} of the input '{}' has no size; {}",
                           axis, input.name, advice)};
}

/// Finds the batch of the file and that of the network.
Result<void> Importer::setBatch(const ValueInfo &input) {
  const Dimension &first = input.shape->front();
  fileBatch = first.extent.value_or(0);
  if (options.batch > 0) {
    batch = options.batch;
    return {};
  }
  if (Result<int64_t> extent = extentOf(input, 0)) {
    batch = *extent;
    return {};
  }
  return Error{fmt::format("how many samples the input '{}' has is open; "
                           "--batch N says it",
                           input.name)};
}

Result<Extents> Importer::extentsOf(const ValueInfo &input) {
  if (!input.shape || input.shape->empty())
    return Error{fmt::format("the input '{}' has no shape with samples as its "
                             "first dimension",
                             input.name)};
  if (batch == 0)
    if (Result<void> set = setBatch(input); !set)
      return set.error();
  Extents extents = {batch};
  for (size_t axis = 1; axis < input.shape->size(); ++axis) {
    Result<int64_t> extent = extentOf(input, axis);
    if (!extent)
      return extent.error();
    extents.push_back(*extent);
  }
  // The verifiers of ops multiply extents.
  std::optional<int64_t> count = countElements(extents);
  if (!count || *count < 1 || *count > int64_t(1) << 40)
    return Error{fmt::format("the input '{}' can't have the shape {}",
                             input.name, toText(extents))};
  return extents;
}

Result<void> Importer::addInput(Translation &translation,
                                const ValueInfo &input) {
  Result<Extents> extents = extentsOf(input);
  if (!extents)
    return extents.error();
  const bool isLabels = input.name == output.labels;
  if (isLabels ? isFloat(*input.element) : !isFloat(*input.element))
    return Error{fmt::format("the input '{}' is of {}; {} are supported",
                             input.name, nameOf(*input.element),
                             isLabels ? "classes as integers" : "floats")};
  Type element = isLabels ? Type(builder.getI32Type()) : builder.getF32Type();
  auto type = RankedTensorType::get(*extents, element);
  Location at = NameLoc::get(builder.getStringAttr(input.name));
  Operation *source = isLabels
                          ? LabelsOp::create(builder, at, type).getOperation()
                          : InputOp::create(builder, at, type).getOperation();
  translation.define(input.name, {.value = source->getResult(0)});
  if (mlir::failed(verify(source)))
    return Error{fmt::format("the input '{}' can't be {}", input.name,
                             isLabels ? "labels" : "one")};
  return {};
}

Result<void> Importer::addInputs(Translation &translation) {
  std::vector<std::string> data;
  for (const ValueInfo &input : model.graph.inputs)
    if (input.name != output.labels)
      data.push_back(input.name);
  if (data.size() != 1)
    return Error{fmt::format("the model has {} inputs{}{}; one is supported",
                             data.size(), data.empty() ? "" : ": ",
                             fmt::join(data, ", "))};
  // The data decide on the batch, even where the labels come first.
  for (bool isLabels : {false, true})
    for (const ValueInfo &input : model.graph.inputs)
      if ((input.name == output.labels) == isLabels)
        if (Result<void> added = addInput(translation, input); !added)
          return added.error();
  translation.setBatches(fileBatch, batch);
  return {};
}

/// Compares the prediction with labels, unless the file has done so.
Result<void> Importer::addLoss(Translation &translation) {
  if (output.loss.empty())
    return {};
  Imported &found = translation.find(output.prediction);
  if (found.isUnknown())
    return Error{fmt::format("the output '{}' is one that its node is not "
                             "supported to have",
                             output.prediction)};
  if (!found.value)
    return Error{fmt::format("the output '{}' doesn't depend on the input",
                             output.prediction)};
  Location at = NameLoc::get(builder.getStringAttr("loss"));
  Result<Value> prediction =
      predictionRows(builder, at, found.value, output.loss);
  if (!prediction)
    return prediction.error();
  if (output.loss == "mse") {
    Value target = LabelsOp::create(builder, at, (*prediction).getType());
    MeanSquaredErrorOp::create(builder, at, *prediction, target);
    return {};
  }
  Value labels = LabelsOp::create(
      builder, at, RankedTensorType::get({batch}, builder.getI32Type()));
  SoftmaxCrossEntropyOp::create(builder, at, *prediction, labels);
  return {};
}

Error Importer::refusal(const std::vector<std::string> &sentences) const {
  constexpr size_t most = 20;
  std::string text =
      sentences.size() == 1
          ? "a node can't be taken:"
          : fmt::format("{} nodes can't be taken:", sentences.size());
  for (size_t i = 0; i < std::min(sentences.size(), most); ++i)
    text += "\n  " + sentences[i];
  if (sentences.size() > most)
    text += fmt::format("\n  and {} more", sentences.size() - most);
  return Error{text};
}

/// Removes what translators made and no other op needed.
void Importer::eraseUnread() {
  Block &body = graph.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (op.use_empty() && !isa<LossOpInterface, SourceOpInterface>(op))
      op.erase();
}

Result<OwningOpRef<ModuleOp>> Importer::run() {
  Result<Output> chosen = chooseOutput(model, options);
  if (!chosen)
    return chosen.error();
  output = std::move(*chosen);
  Result<Parameters> parameters = Parameters::create(model, options);
  if (!parameters)
    return parameters.error();
  Translation translation(model, *parameters, options, builder);
  if (Result<void> added = addInputs(translation); !added)
    return added.error();
  for (const Node &node : model.graph.nodes)
    translation.translate(node);
  if (!translation.refusals().empty())
    return refusal(translation.refusals());
  if (Result<void> added = addLoss(translation); !added)
    return added.error();
  eraseUnread();
  return std::move(module);
}

OwningOpRef<ModuleOp> layerpipe::importOnnx(StringRef origin, Location loc,
                                            StringRef name, Model model,
                                            const OnnxOptions &options) {
  loc.getContext()->loadDialect<LayerpipeDialect>();
  Result<OwningOpRef<ModuleOp>> imported =
      Importer(loc, name, std::move(model), options).run();
  if (!imported) {
    emitError(loc) << origin << ": " << imported.message();
    return {};
  }
  if (mlir::failed(verify(**imported)))
    return {};
  return std::move(*imported);
}
