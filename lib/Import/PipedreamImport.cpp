//===- PipedreamImport.cpp - Graphs from profiles -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/PipedreamImport.h"

#include <array>

using namespace mlir;
using namespace layerpipe;
using scheduling::Layer;
using scheduling::LayerEdge;
using scheduling::LayerGraph;

namespace {

class Importer {
public:
  Importer(MLIRContext *context, StringRef name, const LayerGraph &layers)
      : layers(layers), builder(context), loc(builder.getUnknownLoc()),
        sources(layers.layers.size()), read(layers.layers.size(), false),
        values(layers.layers.size()), trained(layers.layers.size(), false) {
    context->loadDialect<LayerpipeDialect>();
    module = ModuleOp::create(loc);
    builder.setInsertionPointToEnd(module->getBody());
    auto graph = GraphOp::create(builder, loc, name, Phase::forward);
    builder.setInsertionPointToEnd(&graph.getBody().emplaceBlock());
  }

  OwningOpRef<ModuleOp> run();

private:
  RankedTensorType typeOf(int64_t bytes) {
    return measuredType(builder.getContext(), bytes);
  }
  void setAxes(OpaqueOp op, const scheduling::LayerAxes &axes);
  void add(int64_t index);
  Value joinOutputs();

  const LayerGraph &layers;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
  /// These say of each layer which layers it reads, whether a layer reads it,
  /// what its result is, and whether a parameter influences that.
  std::vector<SmallVector<int64_t>> sources;
  std::vector<bool> read;
  std::vector<Value> values;
  std::vector<bool> trained;
  Value input;
};

} // namespace

static std::array<int64_t, 3> costsOf(const Layer &layer,
                                      bool needsInputGradient) {
  int64_t inputs = layer.backwardTime, weights = 0;
  if (layer.parameterBytes > 0 && !needsInputGradient)
    std::swap(inputs, weights);
  else if (layer.parameterBytes > 0 && layer.gradients) {
    inputs = layer.gradients->input;
    weights = layer.gradients->weight;
  }
  return {layer.forwardTime, inputs, weights};
}

/// Says along what the layer may be cut. An axis of one position is none.
void Importer::setAxes(OpaqueOp op, const scheduling::LayerAxes &axes) {
  auto lengthOf = [&](int64_t length) {
    return length > 1 ? builder.getI64IntegerAttr(length) : IntegerAttr();
  };
  op.setSamplesAttr(lengthOf(axes.samples));
  op.setOutputChannelsAttr(lengthOf(axes.outputChannels));
  op.setInputChannelsAttr(lengthOf(axes.inputChannels));
}

void Importer::add(int64_t index) {
  const Layer &layer = layers.layers[index];
  SmallVector<Value> inputs, weights;
  bool needsInputGradient = false;
  for (int64_t source : sources[index]) {
    inputs.push_back(values[source]);
    needsInputGradient |= trained[source];
  }
  if (inputs.empty())
    inputs.push_back(input);
  if (layer.parameterBytes > 0)
    weights.push_back(ParameterOp::create(
        builder, loc, typeOf(layer.parameterBytes), layer.name + ".weight",
        Init::uniform, llvm::APFloat(0.01f)));
  auto op =
      OpaqueOp::create(builder, loc, typeOf(layer.activationBytes), layer.name,
                       inputs, weights, costsOf(layer, needsInputGradient));
  setAxes(op, layer.axes);
  values[index] = op;
  trained[index] = needsInputGradient || !weights.empty();
}

/// Returns the value that the loss compares.
Value Importer::joinOutputs() {
  SmallVector<Value> unread;
  int64_t bytes = 0;
  for (auto [value, isRead] : llvm::zip_equal(values, read))
    if (!isRead) {
      unread.push_back(value);
      bytes += bytesOf(value.getType());
    }
  if (unread.size() == 1)
    return unread.front();
  return OpaqueOp::create(builder, loc, typeOf(bytes), "outputs", unread,
                          ValueRange(), std::array<int64_t, 3>{0, 0, 0});
}

OwningOpRef<ModuleOp> Importer::run() {
  for (const LayerEdge &edge : layers.edges) {
    sources[edge.to].push_back(edge.from);
    read[edge.from] = true;
  }
  input = InputOp::create(builder, loc, typeOf(4));
  for (int64_t layer : scheduling::topologicalOrder(layers))
    add(layer);
  Value prediction = joinOutputs();
  Value target = LabelsOp::create(builder, loc, prediction.getType());
  MeanSquaredErrorOp::create(builder, loc, prediction, target);
  return std::move(module);
}

OwningOpRef<ModuleOp> layerpipe::importLayers(MLIRContext *context,
                                              StringRef name,
                                              const LayerGraph &layers) {
  return Importer(context, name, layers).run();
}
