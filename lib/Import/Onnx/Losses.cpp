//===- Losses.cpp - Losses in the file ------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx::translators {

/// Yields the cross-entropy of logits and the node's labels.
static void crossEntropy(NodeTranslation &node, Value logits) {
  const std::string reduction = node.text("reduction", "mean");
  if (reduction != "mean" && reduction != "sum")
    node.fail("the attribute 'reduction' must be 'mean' or 'sum'");
  if (node.has(2))
    node.fail("weights of classes are not supported");
  Value labels = node.has(1) ? node.operand(1).value : Value();
  Value source = labels;
  while (source && isa_and_present<ReshapeOp>(source.getDefiningOp()))
    source = source.getDefiningOp()->getOperand(0);
  if (!source || !source.getDefiningOp<LabelsOp>())
    node.fail("its labels must be an input of the model");
  std::vector<NamedAttribute> attributes;
  if (reduction == "sum")
    attributes.push_back(node.flag("sum"));
  if (node.node.find("ignore_index"))
    attributes.push_back(node.attr("ignored", node.integer("ignore_index", 0)));
  node.yield(node.create<SoftmaxCrossEntropyOp>({logits, labels}, attributes));
}

void softmaxCrossEntropyLoss(NodeTranslation &node) {
  crossEntropy(node, node.tensor(0));
}

void negativeLogLikelihoodLoss(NodeTranslation &node) {
  Value scores = node.tensor(0);
  const Integers classes = {1};
  auto logarithms =
      scores ? scores.getDefiningOp<LogSoftmaxOp>() : LogSoftmaxOp();
  if (!logarithms || logarithms.getDimensions() != ArrayRef<int64_t>(classes))
    return node.fail("its scores must be those of a LogSoftmax of classes");
  crossEntropy(node, logarithms.getX());
}

} // namespace layerpipe::onnx::translators
