//===- Shapes.cpp - The same elements in other shapes ---------------------===//
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

void flatten(NodeTranslation &node) {
  Extents extents = node.extents(0);
  auto rank = int64_t(extents.size());
  int64_t axis = node.integer("axis", 1);
  if (axis < -rank || axis > rank)
    return node.fail(
        fmt::format("there is no axis {} among {} dimensions", axis, rank));
  if (axis < 0)
    axis += rank;
  Extents flat = {1, 1};
  for (int64_t k = 0; k < rank; ++k)
    flat[k < axis ? 0 : 1] *= extents[k];
  node.yield(node.reshape(node.elements(0), flat));
}

/// Returns the extents that the target says for x: 0 keeps the extent of x
/// unless the node forbids that, and one −1 stands for the rest.
static std::optional<Extents> readTarget(NodeTranslation &node,
                                         const Extents &x, Extents target) {
  const bool takesZeros = node.integer("allowzero", 0) != 0;
  int64_t known = 1;
  std::optional<size_t> rest;
  for (size_t k = 0; k < target.size(); ++k) {
    if (target[k] == 0 && !takesZeros && k < x.size())
      target[k] = x[k];
    if (target[k] == -1 && !rest)
      rest = k;
    else if (target[k] < 1 ||
             __builtin_mul_overflow(known, target[k], &known)) {
      node.fail("can't take the shape " + toText(target));
      return std::nullopt;
    }
  }
  if (rest)
    target[*rest] = *countElements(x) / known;
  return target;
}

/// Returns the target with the network's batch in the place of the batch that
/// the file was made for.
static Extents withBatch(NodeTranslation &node, Extents target) {
  int64_t before = node.graph.batchOfFile();
  if (before > 0 && !target.empty() && target[0] > 0 && target[0] % before == 0)
    target[0] = target[0] / before * node.graph.batchOfNetwork();
  return target;
}

void reshape(NodeTranslation &node) {
  Extents x = node.extents(0);
  auto target = node.operandOrAttribute(1, "shape", 5);
  if (!target)
    return node.fail("needs a shape");
  auto fits = [&](const std::optional<Extents> &extents) {
    return extents && countElements(*extents) == countElements(x);
  };
  std::optional<Extents> extents = readTarget(node, x, *target);
  if (!node.failed() && !fits(extents))
    extents = readTarget(node, x, withBatch(node, *target));
  if (node.failed())
    return;
  if (!fits(extents))
    return node.fail(
        fmt::format("can't reshape {} to {}", toText(x), toText(*target)));
  node.yield(node.reshape(node.elements(0), *extents));
}

void squeeze(NodeTranslation &node) {
  Extents extents = node.extents(0), left;
  auto listed = node.operandOrAttribute(1, "axes", 13);
  Integers axes = node.axes(listed.value_or(Integers()), extents.size());
  for (size_t axis = 0; axis < extents.size(); ++axis) {
    bool isListed =
        listed ? llvm::is_contained(axes, int64_t(axis)) : extents[axis] == 1;
    if (!isListed)
      left.push_back(extents[axis]);
    else if (extents[axis] != 1)
      node.fail(
          fmt::format("can't remove axis {} of {}", axis, toText(extents)));
  }
  node.yield(node.reshape(node.elements(0), left));
}

void unsqueeze(NodeTranslation &node) {
  Extents extents = node.extents(0);
  auto listed = node.operandOrAttribute(1, "axes", 13);
  if (!listed)
    return node.fail("needs axes");
  size_t rank = extents.size() + listed->size();
  for (int64_t axis : node.axes(*listed, rank))
    extents.insert(
        extents.begin() + std::min<int64_t>(axis, int64_t(extents.size())), 1);
  node.yield(node.reshape(node.elements(0), extents));
}

void transpose(NodeTranslation &node) {
  Extents extents = node.extents(0), result;
  Integers permutation;
  if (auto given = node.integers("perm"))
    permutation = *given;
  else
    for (size_t axis = extents.size(); axis > 0; --axis)
      permutation.push_back(int64_t(axis) - 1);
  if (permutation.size() != extents.size() ||
      node.axes(permutation, extents.size()).size() != extents.size())
    node.fail(fmt::format("can't permute {} dimensions by {}", extents.size(),
                          toText(permutation)));
  if (node.failed())
    return;
  for (int64_t axis : permutation)
    result.push_back(extents[axis]);
  node.yield(node.create<TransposeOp>(
      {node.tensor(0)}, {node.attr("permutation", permutation)}, result));
}

/// Reads how many positions a block has along each side.
static int64_t readBlockSize(NodeTranslation &node, const Extents &extents) {
  int64_t size = node.integer("blocksize", 0);
  if (extents.size() != 4 || size < 1 || size > 1 << 12)
    node.fail("needs images and a block size from 1 to 4096");
  return node.failed() ? 1 : size;
}

/// Reshapes, permutes and reshapes.
static void rearrange(NodeTranslation &node, const Extents &apart,
                      const Integers &permutation, const Extents &result) {
  Extents permuted;
  for (int64_t axis : permutation)
    permuted.push_back(apart[axis]);
  Value x = node.create<TransposeOp>({node.reshape(node.tensor(0), apart)},
                                     {node.attr("permutation", permutation)},
                                     permuted);
  node.yield(node.reshape(x, result));
}

void depthToSpace(NodeTranslation &node) {
  Extents x = node.extents(0);
  int64_t size = readBlockSize(node, x);
  if (!node.failed() && x[1] % (size * size) != 0)
    node.fail("needs channels for each position of a block");
  if (node.failed())
    return;
  int64_t channels = x[1] / (size * size);
  Extents result = {x[0], channels, x[2] * size, x[3] * size};
  if (node.text("mode", "DCR") == "CRD")
    rearrange(node, {x[0], channels, size, size, x[2], x[3]},
              {0, 1, 4, 2, 5, 3}, result);
  else
    rearrange(node, {x[0], size, size, channels, x[2], x[3]},
              {0, 3, 4, 1, 5, 2}, result);
}

void spaceToDepth(NodeTranslation &node) {
  Extents x = node.extents(0);
  int64_t size = readBlockSize(node, x);
  if (!node.failed() && (x[2] % size != 0 || x[3] % size != 0))
    node.fail("needs images of whole blocks");
  if (node.failed())
    return;
  rearrange(node, {x[0], x[1], x[2] / size, size, x[3] / size, size},
            {0, 3, 5, 1, 2, 4},
            {x[0], x[1] * size * size, x[2] / size, x[3] / size});
}

void expand(NodeTranslation &node) {
  Extents extents = node.extents(0);
  auto target = node.integers(1);
  if (!target)
    return node.fail("needs a shape");
  Extents result = *target;
  // A 1 in the target keeps an extent, and so does a missing one.
  if (result.size() < extents.size())
    result.insert(result.begin(), extents.size() - result.size(), 1);
  for (size_t k = 1; k <= extents.size(); ++k)
    if (result[result.size() - k] == 1)
      result[result.size() - k] = extents[extents.size() - k];
  Value x = node.tensor(0);
  node.yield(result == extents ? x : node.create<ExpandOp>({x}, {}, result));
}

} // namespace layerpipe::onnx::translators
