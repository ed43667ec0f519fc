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

#include <map>

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
  Result<void> addSource(Translation &translation, const ValueInfo &input,
                         bool isNamed);
  Result<void> addInputs(Translation &translation);
  Result<Value> predictionOf(Translation &translation, const Head &head);
  Result<Value> labelsFor(const Head &head, RankedTensorType type);
  Result<Value> addLoss(Translation &translation, const Head &head);
  Result<void> addLosses(Translation &translation);
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
  /// Labels that the file doesn't have, by their names.
  std::map<std::string, Value> labels;
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
  int64_t own = input.shape->front().extent.value_or(fileBatch);
  if (fileBatch > 0 && own != fileBatch)
    return Error{
        fmt::format("the input '{}' has {} samples, but another has {}",
                    input.name, own, fileBatch)};
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

/// Adds an input of the file as an input or as labels. Where there are several,
/// each has its name.
Result<void> Importer::addSource(Translation &translation,
                                 const ValueInfo &input, bool isNamed) {
  Result<Extents> extents = extentsOf(input);
  if (!extents)
    return extents.error();
  const bool isLabels = llvm::is_contained(output.labels, input.name);
  if (isLabels ? isFloat(*input.element) : !isFloat(*input.element))
    return Error{fmt::format("the input '{}' is of {}; {} are supported",
                             input.name, nameOf(*input.element),
                             isLabels ? "classes as integers" : "floats")};
  Type element = isLabels ? Type(builder.getI32Type()) : builder.getF32Type();
  auto type = RankedTensorType::get(*extents, element);
  Location at = NameLoc::get(builder.getStringAttr(input.name));
  StringAttr name = isNamed ? builder.getStringAttr(input.name) : StringAttr();
  Operation *source =
      isLabels ? LabelsOp::create(builder, at, type, name).getOperation()
               : InputOp::create(builder, at, type, name).getOperation();
  translation.define(input.name, {.value = source->getResult(0)});
  if (mlir::failed(verify(source)))
    return Error{fmt::format("the input '{}' can't be {}", input.name,
                             isLabels ? "labels" : "one")};
  return {};
}

Result<void> Importer::addInputs(Translation &translation) {
  std::vector<const ValueInfo *> data, targets;
  for (const ValueInfo &input : model.graph.inputs)
    if (llvm::is_contained(output.labels, input.name))
      targets.push_back(&input);
    else
      data.push_back(&input);
  // One that nothing reads is left out where there is another.
  if (data.size() > 1)
    llvm::erase_if(data, [&](const ValueInfo *input) {
      return translation.countReaders(input->name) == 0;
    });
  if (data.empty())
    return Error{"the model has no input besides labels"};
  // The data decide on the batch, even where the labels come first.
  for (const auto *list : {&data, &targets})
    for (const ValueInfo *input : *list)
      if (Result<void> added =
              addSource(translation, *input, /*isNamed=*/list->size() > 1);
          !added)
        return added.error();
  translation.setBatches(fileBatch, batch);
  return {};
}

Result<Value> Importer::predictionOf(Translation &translation,
                                     const Head &head) {
  Imported &found = translation.find(head.prediction);
  if (found.isUnknown())
    return Error{fmt::format("the output '{}' is one that its node is not "
                             "supported to have",
                             head.prediction)};
  if (!found.value)
    return Error{fmt::format("the output '{}' doesn't depend on the input",
                             head.prediction)};
  return predictionRows(builder, NameLoc::get(builder.getStringAttr("loss")),
                        found.value, head.loss.loss);
}

/// Returns the labels that an output is compared with, which other outputs may
/// share.
Result<Value> Importer::labelsFor(const Head &head, RankedTensorType type) {
  const std::string &name = head.loss.labels;
  auto [entry, isNew] = labels.try_emplace(name);
  if (isNew)
    entry->second = LabelsOp::create(
        builder, NameLoc::get(builder.getStringAttr("loss")), type,
        name.empty() ? StringAttr() : builder.getStringAttr(name));
  if (entry->second.getType() == type)
    return entry->second;
  return Error{fmt::format(
      "the output '{}' can't share its labels: they would be {}, but those of "
      "another output are {}; --loss OUTPUT=LOSS@LABELS names labels of its "
      "own",
      head.name, toText(Extents(type.getShape())),
      toText(Extents(
          cast<RankedTensorType>(entry->second.getType()).getShape())))};
}

/// Compares an output with its labels.
Result<Value> Importer::addLoss(Translation &translation, const Head &head) {
  Result<Value> prediction = predictionOf(translation, head);
  if (!prediction)
    return prediction.error();
  Location at = NameLoc::get(builder.getStringAttr("loss"));
  auto type = cast<RankedTensorType>((*prediction).getType());
  const bool hasClasses = head.loss.loss == "cross-entropy";
  Extents extents(type.getShape());
  if (hasClasses)
    extents.erase(extents.begin() + 1);
  Type element = hasClasses ? Type(builder.getI32Type()) : builder.getF32Type();
  Result<Value> target =
      labelsFor(head, RankedTensorType::get(extents, element));
  if (!target)
    return target.error();
  if (!hasClasses)
    return Value(MeanSquaredErrorOp::create(builder, at, *prediction, *target));
  // PyTorch's losses leave this one out.
  constexpr int32_t usual = -100;
  auto loss = SoftmaxCrossEntropyOp::create(builder, at, *prediction, *target);
  if (options.ignoredLabel || extents.size() > 1)
    loss.setIgnored(int64_t(options.ignoredLabel.value_or(usual)));
  return Value(loss);
}

/// Adds what training minimises, unless a node of the file is that already.
Result<void> Importer::addLosses(Translation &translation) {
  Location at = NameLoc::get(builder.getStringAttr("loss"));
  if (!output.loss.empty()) {
    const Imported &found = translation.find(output.loss);
    if (!found.value)
      return Error{fmt::format("the output '{}' doesn't depend on the input",
                               output.loss)};
    return joinLosses(builder, at, found.value);
  }
  SmallVector<Value> losses;
  SmallVector<double> weights;
  for (const Head &head : output.heads) {
    Result<Value> loss = addLoss(translation, head);
    if (!loss)
      return loss.error();
    losses.push_back(*loss);
    weights.push_back(head.loss.weight);
  }
  if (losses.size() > 1 || weights.front() != 1)
    TotalLossOp::create(builder, at, losses.front().getType(), losses, weights);
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
    if (op.use_empty() &&
        !isa<LossOpInterface, TotalLossOp, SourceOpInterface>(op))
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
  if (Result<void> added = addLosses(translation); !added)
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
