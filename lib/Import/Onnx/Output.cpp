//===- Output.cpp - Which outputs are trained, by which loss --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "Layerpipe/IR/LayerpipeOps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

using namespace mlir;

namespace layerpipe::onnx {

namespace {

/// Knows which node of a graph makes a value.
class Makers {
public:
  explicit Makers(const Graph &graph) {
    for (const Node &node : graph.nodes)
      for (const std::string &output : node.outputs)
        makers.emplace(output, &node);
  }
  /// Returns null where no node makes it.
  const Node *of(const std::string &value) const {
    auto found = makers.find(value);
    return found == makers.end() ? nullptr : found->second;
  }

  bool isLoss(const std::string &value) const;
  std::vector<std::string> labelsOf(const std::string &loss) const;

private:
  std::vector<const Node *> lossesOf(const std::string &value) const;

  std::map<std::string, const Node *> makers;
};

} // namespace

static bool isLossNode(const Node &node) {
  return node.domain.empty() && (node.op == "SoftmaxCrossEntropyLoss" ||
                                 node.op == "NegativeLogLikelihoodLoss");
}

/// Returns the nodes of losses that arithmetic makes the value of.
std::vector<const Node *> Makers::lossesOf(const std::string &value) const {
  constexpr const char *arithmetic[] = {"Add", "Sub", "Mul",      "Div",
                                        "Sum", "Neg", "Identity", "Mean"};
  std::vector<const Node *> losses;
  std::set<std::string> seen;
  std::vector<std::string> open = {value};
  while (!open.empty()) {
    std::string next = std::move(open.back());
    open.pop_back();
    const Node *node = seen.insert(next).second ? of(next) : nullptr;
    if (!node || !node->domain.empty())
      continue;
    if (isLossNode(*node) && node->outputs.front() == next)
      losses.push_back(node);
    else if (llvm::is_contained(arithmetic, node->op))
      open.insert(open.end(), node->inputs.begin(), node->inputs.end());
  }
  return losses;
}

/// Returns whether the value is a loss that nodes of the file compute.
bool Makers::isLoss(const std::string &value) const {
  return !lossesOf(value).empty();
}

/// Returns the inputs of the model that hold the labels of a loss, maybe in
/// another shape.
std::vector<std::string> Makers::labelsOf(const std::string &loss) const {
  std::set<std::string> labels;
  for (const Node *node : lossesOf(loss)) {
    if (node->inputs.size() < 2)
      continue;
    std::string value = node->inputs[1];
    for (const Node *maker = of(value); maker && !maker->inputs.empty();
         maker = of(value))
      value = maker->inputs.front();
    labels.insert(value);
  }
  return {labels.begin(), labels.end()};
}

static bool isSoftmax(const Node *node) {
  return node && node->domain.empty() &&
         (node->op == "Softmax" || node->op == "LogSoftmax") &&
         !node->inputs.empty();
}

/// Returns the output that the user names, the one that is a loss, or the only
/// one.
static Result<std::string> findOutput(const Graph &graph, const Makers &makers,
                                      const OutputLoss &chosen) {
  std::vector<std::string> names, losses;
  for (const ValueInfo &output : graph.outputs) {
    names.push_back(output.name);
    if (makers.isLoss(output.name))
      losses.push_back(output.name);
  }
  if (!chosen.output.empty()) {
    if (llvm::is_contained(names, chosen.output))
      return chosen.output;
    return Error{fmt::format("--loss: there is no output '{}'; there are {}",
                             chosen.output, fmt::join(names, ", "))};
  }
  if (chosen.loss.empty() && losses.size() == 1)
    return losses.front();
  if (names.size() == 1)
    return names.front();
  return Error{fmt::format("the model has {} outputs: {}; --loss OUTPUT=LOSS "
                           "says which one is trained",
                           names.size(), fmt::join(names, ", "))};
}

/// Says how an output is trained that is no loss.
static Result<Head> headOf(const std::string &name, const Makers &makers,
                           OutputLoss loss) {
  const Node *maker = makers.of(name);
  if (isSoftmax(maker) && loss.loss != "mse") {
    loss.loss = "cross-entropy";
    return Head{name, maker->inputs[0], loss};
  }
  if (loss.loss.empty())
    return Error{fmt::format("the output '{}' is no loss; --loss "
                             "cross-entropy or --loss mse says by which one "
                             "it is trained",
                             name)};
  return Head{name, name, loss};
}

Result<Output> chooseOutput(Model &model, const OnnxOptions &options) {
  Graph &graph = model.graph;
  const Makers makers(graph);
  std::vector<OutputLoss> losses = options.losses;
  if (losses.empty())
    losses.emplace_back();
  Output output;
  std::vector<ValueInfo> kept;
  for (const OutputLoss &loss : losses) {
    Result<std::string> name = findOutput(graph, makers, loss);
    if (!name)
      return name.error();
    kept.emplace_back().name = *name;
    if (makers.isLoss(*name)) {
      if (!loss.loss.empty())
        return Error{fmt::format("--loss has no effect on the output '{}', "
                                 "which is a loss",
                                 *name)};
      output.loss = *name;
      output.labels = makers.labelsOf(*name);
      continue;
    }
    Result<Head> head = headOf(*name, makers, loss);
    if (!head)
      return head.error();
    kept.back().name = head->prediction;
    output.heads.push_back(std::move(*head));
  }
  graph.outputs = std::move(kept);
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
  if (loss == "cross-entropy" && type.getRank() < 2)
    return Error{fmt::format("the prediction has the shape [{}]; "
                             "--loss cross-entropy needs one row of classes "
                             "for each sample",
                             fmt::join(type.getShape(), ", "))};
  // Each position of a sample has classes of its own.
  if (loss == "cross-entropy" && columns != type.getDimSize(1))
    return prediction;
  auto rows = RankedTensorType::get({type.getDimSize(0), columns},
                                    type.getElementType());
  return ReshapeOp::create(builder, loc, rows, prediction).getResult();
}

/// Adds what an op of arithmetic says about the weights of its operands.
/// Returns false where the op is no sum, and no product with a number.
static bool passWeight(Operation &op, double weight,
                       DenseMap<Value, double> &weights) {
  if (auto scale = dyn_cast<ScaleOp>(op))
    weight *= scale.getFactor().convertToDouble();
  else if (isa<NegOp>(op))
    weight = -weight;
  else if (!isa<AddOp, SubOp>(op))
    return false;
  weights[op.getOperand(0)] += weight;
  if (op.getNumOperands() > 1)
    weights[op.getOperand(1)] += isa<SubOp>(op) ? -weight : weight;
  return true;
}

Result<void> joinLosses(OpBuilder &builder, Location loc, Value loss) {
  if (loss.getDefiningOp<LossOpInterface>())
    return {};
  DenseMap<Value, double> weights{{loss, 1.0}};
  SmallVector<Value> losses;
  SmallVector<Operation *> arithmetic;
  // Ops stand behind those that they read.
  for (Operation &op : llvm::reverse(*loss.getDefiningOp()->getBlock())) {
    auto found =
        op.getNumResults() == 1 ? weights.find(op.getResult(0)) : weights.end();
    if (found == weights.end())
      continue;
    if (isa<LossOpInterface>(op)) {
      losses.push_back(op.getResult(0));
      continue;
    }
    arithmetic.push_back(&op);
    if (!passWeight(op, found->second, weights))
      return Error{"the loss is not a sum of losses, each of them times a "
                   "number"};
  }
  std::reverse(losses.begin(), losses.end());
  auto weightOf = [&](Value own) { return weights.lookup(own); };
  TotalLossOp::create(builder, loc, loss.getType(), losses,
                      llvm::map_to_vector(losses, weightOf));
  for (Operation *op : arithmetic)
    if (op->use_empty())
      op->erase();
  return {};
}

} // namespace layerpipe::onnx
