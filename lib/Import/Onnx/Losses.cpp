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

/// Yields the mean cross-entropy of logits and the node's labels.
static void crossEntropy(NodeTranslation &node, Value logits) {
  if (node.text("reduction", "mean") != "mean")
    node.fail("the attribute 'reduction' must be 'mean'");
  if (node.has(2))
    node.fail("weights of classes are not supported");
  // PyTorch writes −100, which is no class.
  if (int64_t ignored = node.integer("ignore_index", -1); ignored >= 0)
    node.fail(fmt::format("ignores samples of class {}, which is not "
                          "supported",
                          ignored));
  Value labels = node.has(1) ? node.operand(1).value : Value();
  if (!labels || !labels.getDefiningOp<LabelsOp>())
    node.fail("its labels must be an input of the model");
  node.yield(node.create<SoftmaxCrossEntropyOp>({logits, labels}));
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
