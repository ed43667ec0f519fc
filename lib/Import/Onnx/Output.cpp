//===- Output.cpp - Which output is trained, by which loss ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "Layerpipe/IR/LayerpipeOps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace layerpipe::onnx {

static const Node *findMaker(const Graph &graph, const std::string &value) {
  for (const Node &node : graph.nodes)
    if (llvm::is_contained(node.outputs, value))
      return &node;
  return nullptr;
}

/// Returns whether the value is the loss that the node computes.
static bool isLoss(const Node *node, const std::string &value) {
  return node && node->domain.empty() &&
         (node->op == "SoftmaxCrossEntropyLoss" ||
          node->op == "NegativeLogLikelihoodLoss") &&
         node->outputs.front() == value;
}

static bool isSoftmax(const Node *node) {
  return node && node->domain.empty() &&
         (node->op == "Softmax" || node->op == "LogSoftmax") &&
         !node->inputs.empty();
}

/// Returns the output that the user names, the one that is a loss, or the only
/// one.
static Result<std::string> findOutput(const Graph &graph,
                                      const OnnxOptions &options) {
  std::vector<std::string> names, losses;
  for (const ValueInfo &output : graph.outputs) {
    names.push_back(output.name);
    if (isLoss(findMaker(graph, output.name), output.name))
      losses.push_back(output.name);
  }
  if (!options.output.empty()) {
    if (llvm::is_contained(names, options.output))
      return options.output;
    return Error{fmt::format("--loss: there is no output '{}'; there are {}",
                             options.output, fmt::join(names, ", "))};
  }
  if (options.loss.empty() && losses.size() == 1)
    return losses.front();
  if (names.size() == 1)
    return names.front();
  return Error{fmt::format("the model has {} outputs: {}; --loss OUTPUT=LOSS "
                           "says which one is trained",
                           names.size(), fmt::join(names, ", "))};
}

Result<Output> chooseOutput(Model &model, const OnnxOptions &options) {
  Graph &graph = model.graph;
  Result<std::string> name = findOutput(graph, options);
  if (!name)
    return name.error();
  const Node *maker = findMaker(graph, *name);
  Output output;
  if (isLoss(maker, *name)) {
    if (!options.loss.empty())
      return Error{fmt::format("--loss has no effect on the output '{}', which "
                               "is a loss",
                               *name)};
    if (maker->inputs.size() > 1)
      output.labels = maker->inputs[1];
  } else if (isSoftmax(maker) && options.loss != "mse") {
    output.loss = "cross-entropy";
    output.prediction = maker->inputs[0];
  } else {
    output.loss = options.loss;
    output.prediction = *name;
    if (options.loss.empty())
      return Error{fmt::format("the output '{}' is no loss; --loss "
                               "cross-entropy or --loss mse says by which one "
                               "it is trained",
                               *name)};
  }
  ValueInfo kept;
  kept.name = output.prediction.empty() ? *name : output.prediction;
  graph.outputs = {kept};
  dropUnused(graph);
  return output;
}

Result<Value> predictionRows(OpBuilder &builder, Location loc, Value prediction,
                             const std::string &loss) {
  auto type = cast<RankedTensorType>(prediction.getType());
  if (type.getRank() == 2)
    return prediction;
  if (type.getRank() == 0)
    return Error{"the prediction has no samples"};
  int64_t columns = 1;
  for (int64_t extent : type.getShape().drop_front())
    columns *= extent;
  // A cross-entropy at each position needs as many labels.
  if (loss == "cross-entropy" &&
      (type.getRank() < 2 || columns != type.getDimSize(1)))
    return Error{fmt::format("the prediction has the shape [{}]; "
                             "--loss cross-entropy needs one row of classes "
                             "for each sample",
                             fmt::join(type.getShape(), ", "))};
  auto rows = RankedTensorType::get({type.getDimSize(0), columns},
                                    type.getElementType());
  return ReshapeOp::create(builder, loc, rows, prediction).getResult();
}

} // namespace layerpipe::onnx
