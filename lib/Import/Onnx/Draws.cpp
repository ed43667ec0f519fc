//===- Draws.cpp - Nodes that draw random numbers -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dropout is a node. Stochastic depth is written as several: a uniform number
// for each sample is less than the probability to stay, and that, as 1 or 0, is
// divided by the probability and multiplied with the value.
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx::translators {

static Value createDropout(NodeTranslation &node, Value x, double rate,
                           bool perSample) {
  SmallVector<NamedAttribute> attributes{
      node.attr("key", node.graph.nextDrawKey()), node.attr("rate", rate)};
  if (perSample)
    attributes.emplace_back(node.builder.getStringAttr("per_sample"),
                            node.builder.getUnitAttr());
  return node.create<DropoutOp>({x}, attributes);
}

void dropout(NodeTranslation &node) {
  // From version 12 on, both are operands.
  const bool hasOperands = node.opset() >= 12;
  double ratio =
      hasOperands ? node.number(1).value_or(0.5) : node.number("ratio", 0.5);
  bool isTraining = hasOperands && node.number(2).value_or(0) != 0;
  if (ratio == 0 || !(isTraining || node.graph.trainsDropout()))
    return identity(node);
  if (!(ratio > 0 && ratio < 1))
    return node.fail(
        fmt::format("the ratio must be at least 0 and below 1, got {}", ratio));
  node.yield(createDropout(node, node.tensor(0), ratio, /*perSample=*/false));
}

void randomUniformLike(NodeTranslation &node) {
  if (node.number("low", 0.0) != 0 || node.number("high", 1.0) != 1)
    return node.fail("draws from another interval than that from 0 to 1");
  Draw draw;
  draw.extents = node.extents(0);
  node.yieldSame({.draw = std::move(draw)});
}

void less(NodeTranslation &node) {
  if (!node.operand(0).draw)
    return node.yield(node.create<LessOp>({node.tensor(0), node.tensor(1)}));
  Draw draw = *node.operand(0).draw;
  std::optional<double> keep = node.splat(1);
  if (draw.keep || !keep || *keep <= 0 || *keep > 1)
    return node.fail("compares a random number with what is no probability");
  draw.keep = keep;
  node.yieldSame({.draw = std::move(draw)});
}

bool divideDraw(NodeTranslation &node) {
  if (!node.operand(0).draw)
    return false;
  Draw draw = *node.operand(0).draw;
  std::optional<double> divisor = node.splat(1);
  if (!divisor || !std::isnormal(1 / *divisor)) {
    node.fail("divides a random number by what is no number");
    return true;
  }
  draw.factor /= *divisor;
  node.yieldSame({.draw = std::move(draw)});
  return true;
}

/// Returns whether there is one draw for each sample, or one for each element;
/// none where it is something else. The batch may be the file's.
static std::optional<bool> isPerSample(NodeTranslation &node, const Draw &draw,
                                       const Extents &of) {
  if (draw.extents.size() != of.size() || of.empty() ||
      (draw.extents[0] != of[0] && draw.extents[0] != node.graph.batchOfFile()))
    return std::nullopt;
  if (std::all_of(draw.extents.begin() + 1, draw.extents.end(),
                  [](int64_t extent) { return extent == 1; }))
    return true;
  if (std::equal(draw.extents.begin() + 1, draw.extents.end(), of.begin() + 1))
    return false;
  return std::nullopt;
}

bool multiplyDraw(NodeTranslation &node) {
  const size_t at = node.operand(1).draw ? 1 : 0;
  if (!node.operand(at).draw)
    return false;
  Draw draw = *node.operand(at).draw;
  Value x = node.tensor(1 - at);
  if (!x)
    return true;
  std::optional<bool> perSample = isPerSample(node, draw, node.extents(1 - at));
  if (!draw.keep || !perSample) {
    node.fail("computes with random numbers, which only drop samples or "
              "elements");
    return true;
  }
  Value dropped =
      *draw.keep == 1 ? x : createDropout(node, x, 1 - *draw.keep, *perSample);
  // Dropping divides by the probability itself.
  double factor = draw.factor * *draw.keep;
  if (std::abs(factor - 1) > 1e-6)
    dropped = node.create<ScaleOp>({dropped}, {node.attr("factor", factor)});
  node.yield(dropped);
  return true;
}

} // namespace layerpipe::onnx::translators
