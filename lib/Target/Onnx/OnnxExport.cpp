//===- OnnxExport.cpp - Trained networks as ONNX models -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Target/OnnxExport.h"

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Layerpipe/IR/LayerpipeInitializers.h"
#include "OpWriters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::target;
using base::Error;
using base::Result;

namespace {

class Exporter {
public:
  Exporter(GraphOp graph, const ParameterElements &trained)
      : graph(graph), trained(trained) {}

  Result<std::string> run();

private:
  Result<std::vector<float>> elementsOf(ParameterOp parameter) const;
  Result<void> addParameter(ParameterOp parameter);
  Result<void> addSources();
  void findNeeded(Value prediction);
  void addOp(Operation *op);
  void compose(CompositeOpInterface op);

  GraphOp graph;
  const ParameterElements &trained;
  ModelWriter model;
  /// The prediction depends on these.
  DenseSet<Operation *> needed;
  std::set<std::string> unknown;
};

} // namespace

/// Returns what the graph says that the parameter starts with.
static Result<std::vector<float>> initialElements(ParameterOp parameter,
                                                  size_t count) {
  std::vector<float> elements(count);
  if (parameter.getInit() == Init::values) {
    StringRef bytes = initialBytes(cast<ElementsAttr>(parameter.getValue()));
    for (size_t i = 0; i < count; ++i)
      elements[i] = initialElement(bytes, i);
    return elements;
  }
  if (parameter.getInit() == Init::constant) {
    float number =
        cast<FloatAttr>(parameter.getValue()).getValue().convertToFloat();
    elements.assign(count, number);
    return elements;
  }
  return Error{fmt::format("the parameter '{}' starts with random numbers; "
                           "--load names a file with its values",
                           parameter.getName().str())};
}

Result<std::vector<float>> Exporter::elementsOf(ParameterOp parameter) const {
  auto type = cast<RankedTensorType>(parameter.getResult().getType());
  auto count = size_t(type.getNumElements());
  auto found = trained.find(parameter.getName().str());
  if (found == trained.end()) {
    if (trained.empty())
      return initialElements(parameter, count);
    return Error{fmt::format("there is no parameter '{}' in the file of --load",
                             parameter.getName().str())};
  }
  if (found->second.size() == count)
    return found->second;
  return Error{fmt::format("the parameter '{}' has {} elements in the file of "
                           "--load; the network's has {}",
                           found->first, found->second.size(), count)};
}

Result<void> Exporter::addParameter(ParameterOp parameter) {
  std::string name = parameter.getName().str();
  Result<std::vector<float>> elements = elementsOf(parameter);
  if (!elements)
    return elements.error();
  if (!model.take(name))
    return Error{fmt::format("a parameter can't be named '{}' in ONNX, where "
                             "the network's input and output are",
                             name)};
  model.addInitializer(name, parameter.getResult().getType(), *elements);
  model.define(parameter.getResult(), name);
  return {};
}

/// Adds the inputs and the parameters. All begin with names of their own.
Result<void> Exporter::addSources() {
  model.take("output");
  for (auto op : graph.getBody().getOps<InputOp>()) {
    auto input = cast<SourceOpInterface>(op.getOperation());
    std::string name = input.getStreamName().str();
    if (!model.take(name))
      return Error{
          fmt::format("an input can't be named '{}' in ONNX, where the "
                      "network's output is",
                      name)};
    model.addInput(name, op.getResult().getType());
    model.define(op.getResult(), name);
  }
  for (auto parameter : graph.getBody().getOps<ParameterOp>())
    if (needed.contains(parameter))
      if (Result<void> added = addParameter(parameter); !added)
        return added;
  for (auto labels : graph.getBody().getOps<LabelsOp>())
    if (needed.contains(labels))
      return Error{"what the network predicts depends on labels"};
  return {};
}

void Exporter::findNeeded(Value prediction) {
  SmallVector<Operation *> pending = {prediction.getDefiningOp()};
  while (!pending.empty()) {
    Operation *op = pending.pop_back_val();
    if (!needed.insert(op).second)
      continue;
    for (Value operand : op->getOperands())
      pending.push_back(operand.getDefiningOp());
  }
}

/// Writes the ops of a composition in the op's place.
void Exporter::compose(CompositeOpInterface op) {
  OpBuilder builder(op);
  Operation *before = op->getPrevNode();
  Value result = op.compose(builder);
  for (Operation *made = before ? before->getNextNode()
                                : &op->getBlock()->front();
       made != op; made = made->getNextNode())
    addOp(made);
  model.define(op->getResult(0), model.nameOf(result));
}

void Exporter::addOp(Operation *op) {
  if (isa<ParameterOp, SourceOpInterface, LossOpInterface>(op) ||
      !unknown.empty())
    return;
  if (WriteOp write = findOpWriter(op))
    model.define(op->getResult(0), write(model, op));
  else if (auto composite = dyn_cast<CompositeOpInterface>(op))
    compose(composite);
  else
    unknown.insert(op->getName().getStringRef().str());
}

Result<std::string> Exporter::run() {
  auto losses = graph.getBody().getOps<LossOpInterface>();
  if (graph.getPhase() != Phase::forward || losses.empty())
    return Error{"it is no forward graph with a loss, which says what it "
                 "predicts"};
  // The first loss of several is that of the output that evaluations score.
  LossOpInterface loss = *losses.begin();
  for (auto total : graph.getBody().getOps<TotalLossOp>())
    loss = total.getLosses().front().getDefiningOp<LossOpInterface>();
  if (!loss)
    return Error{"its total loss adds something else than losses"};
  Value prediction = loss.getPrediction();
  findNeeded(prediction);
  if (Result<void> added = addSources(); !added)
    return added.error();
  for (Operation *op : topologicalOrder(graph))
    if (needed.contains(op))
      addOp(op);
  if (!unknown.empty())
    return Error{fmt::format("these ops can't be written to ONNX: {}",
                             fmt::join(unknown, ", "))};
  ::onnx::NodeProto &last = *model.proto().mutable_graph()->add_node();
  last.set_op_type("Identity");
  last.set_name("output");
  last.add_input(model.nameOf(prediction));
  last.add_output("output");
  model.addOutput("output", prediction.getType());
  model.proto().mutable_graph()->set_name(graph.getSymName().str());
  // Protobuf's messages end at 2 GiB.
  std::string bytes;
  if (model.proto().ByteSizeLong() >= (size_t(1) << 31) ||
      !model.proto().SerializeToString(&bytes))
    return Error{"the model would have 2 GiB or more, which the format can't "
                 "hold in one file"};
  return bytes;
}

Result<std::string> layerpipe::exportOnnx(GraphOp graph,
                                          const ParameterElements &trained) {
  // Compositions are taken apart in a copy.
  OwningOpRef<GraphOp> copy(graph.clone());
  return Exporter(*copy, trained).run();
}
