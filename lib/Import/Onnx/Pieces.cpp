//===- Pieces.cpp - Tensors put together and taken apart ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include <algorithm>
#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx::translators {

/// Returns positions `begin` to `end` − 1 of the dimension.
static Value sliceOf(NodeTranslation &node, Value x, int64_t dimension,
                     int64_t begin, int64_t end) {
  if (x && begin == 0 &&
      end == cast<RankedTensorType>(x.getType()).getDimSize(dimension))
    return x;
  return node.create<SliceOp>({x}, {node.attr("dimension", dimension),
                                    node.attr("begin", begin),
                                    node.attr("end", end)});
}

void concat(NodeTranslation &node) {
  const size_t rank = node.extents(0).size();
  int64_t axis = node.axis(node.integer("axis", 0), rank);
  llvm::SmallVector<Value> parts;
  for (size_t i = 0; i < node.operandCount(); ++i)
    parts.push_back(node.tensor(i));
  node.yield(parts.size() == 1 ? parts.front()
                               : node.create<ConcatOp>(
                                     parts, {node.attr("dimension", axis)}));
}

void slice(NodeTranslation &node) {
  Extents extents = node.extents(0);
  const int64_t since = 10;
  auto starts = node.operandOrAttribute(1, "starts", since);
  auto ends = node.operandOrAttribute(2, "ends", since);
  auto axes = node.operandOrAttribute(3, "axes", since);
  auto steps = node.opset() >= since ? node.integers(4) : std::nullopt;
  if (!starts || !ends || starts->size() != ends->size() ||
      (axes && axes->size() != starts->size()))
    return node.fail("needs as many starts as ends and axes");
  if (steps && llvm::any_of(*steps, [](int64_t step) { return step != 1; }))
    return node.fail("takes every so many positions; steps of 1 are supported");
  Value x = node.tensor(0);
  for (size_t k = 0; k < starts->size() && !node.failed(); ++k) {
    int64_t axis = node.axis(axes ? (*axes)[k] : int64_t(k), extents.size());
    if (node.failed())
      return;
    auto clamp = [&](int64_t position) {
      if (position < 0)
        position += extents[axis];
      return std::clamp<int64_t>(position, 0, extents[axis]);
    };
    int64_t begin = clamp((*starts)[k]), end = clamp((*ends)[k]);
    if (begin >= end)
      return node.fail(fmt::format("takes nothing of axis {}", axis));
    x = sliceOf(node, x, axis, begin, end);
  }
  node.yield(x);
}

/// Returns the sizes of the parts of `extent` positions.
static std::optional<Integers> readParts(NodeTranslation &node,
                                         int64_t extent) {
  const auto outputs = int64_t(node.node.outputs.size());
  if (auto given = node.operandOrAttribute(1, "split", 13)) {
    int64_t sum = 0;
    for (int64_t part : *given)
      sum += part;
    if (int64_t(given->size()) == outputs && sum == extent &&
        llvm::all_of(*given, [](int64_t part) { return part > 0; }))
      return given;
    node.fail(fmt::format("can't divide {} positions into {}", extent,
                          toText(*given)));
    return std::nullopt;
  }
  // The last part is what the others leave.
  int64_t part = (extent + outputs - 1) / outputs;
  int64_t last = extent - part * (outputs - 1);
  if (last < 1) {
    node.fail(fmt::format("can't divide {} positions into {} parts", extent,
                          outputs));
    return std::nullopt;
  }
  Integers parts(outputs, part);
  parts.back() = last;
  return parts;
}

void split(NodeTranslation &node) {
  Extents extents = node.extents(0);
  int64_t axis = node.axis(node.integer("axis", 0), extents.size());
  if (node.failed())
    return;
  std::optional<Integers> parts = readParts(node, extents[axis]);
  if (!parts)
    return;
  Value x = node.tensor(0);
  int64_t begin = 0;
  for (int64_t part : *parts) {
    node.yield(sliceOf(node, x, axis, begin, begin + part));
    begin += part;
  }
}

void gather(NodeTranslation &node) {
  Extents extents = node.extents(0);
  int64_t axis = node.axis(node.integer("axis", 0), extents.size());
  const Imported &chosen = node.operand(1);
  std::optional<Integers> indices = node.integers(1);
  if (!indices || indices->empty() || node.failed())
    return node.fail("needs the positions that it takes");
  Value x = node.tensor(0);
  llvm::SmallVector<Value> parts;
  for (int64_t index : *indices) {
    int64_t position = index < 0 ? index + extents[axis] : index;
    if (position < 0 || position >= extents[axis])
      return node.fail(
          fmt::format("takes position {} of {}", index, extents[axis]));
    parts.push_back(sliceOf(node, x, axis, position, position + 1));
  }
  Value joined =
      parts.size() == 1
          ? parts.front()
          : node.create<ConcatOp>(parts, {node.attr("dimension", axis)});
  // A single number as index removes the dimension.
  extents[axis] = int64_t(indices->size());
  if (chosen.tensor->extents().empty())
    extents.erase(extents.begin() + axis);
  node.yield(node.reshape(joined, extents));
}

void pad(NodeTranslation &node) {
  Extents extents = node.extents(0);
  const size_t rank = extents.size();
  if (node.text("mode", "constant") != "constant")
    return node.fail("the attribute 'mode' must be 'constant'");
  auto pads = node.operandOrAttribute(1, "pads", 11);
  double value =
      node.opset() >= 11 ? node.number(2).value_or(0) : node.number("value", 0);
  Integers axes;
  if (auto given = node.opset() >= 18 ? node.integers(3) : std::nullopt)
    for (int64_t each : *given)
      axes.push_back(node.axis(each, rank));
  else
    for (size_t axis = 0; axis < rank; ++axis)
      axes.push_back(int64_t(axis));
  if (!pads || pads->size() != 2 * axes.size())
    return node.fail("needs two numbers of positions for each axis");
  Integers low(rank, 0), high(rank, 0);
  for (size_t k = 0; k < axes.size() && !node.failed(); ++k) {
    low[axes[k]] = (*pads)[k];
    high[axes[k]] = (*pads)[k + axes.size()];
    if (std::min(low[axes[k]], high[axes[k]]) < 0)
      return node.fail("removes positions; adding some is supported");
    if (std::max(low[axes[k]], high[axes[k]]) > int64_t(1) << 24)
      return node.fail("adds more than 2^24 positions");
    extents[axes[k]] += low[axes[k]] + high[axes[k]];
  }
  Value x = node.tensor(0);
  node.yield(
      extents == node.extents(0)
          ? x
          : node.create<PadOp>({x},
                               {node.attr("low", low), node.attr("high", high),
                                node.attr("value", value)},
                               extents));
}

} // namespace layerpipe::onnx::translators
