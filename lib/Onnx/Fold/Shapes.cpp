//===- Shapes.cpp - Folding ops on the extents of a tensor ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The results of these ops have the elements of the operand, or tell of its
// extents.
//
//===----------------------------------------------------------------------===//

#include "Ops.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::onnx::ops {

namespace {

std::string bytesOfIntegers(const std::vector<int64_t> &values) {
  return {reinterpret_cast<const char *>(values.data()),
          values.size() * sizeof(int64_t)};
}

int64_t rankOf(const TensorType &type) {
  return static_cast<int64_t>(type.extents.size());
}

/// Yields the operand with other extents, whose product must be the same.
void yieldReshaped(Folding &folding, Extents extents) {
  const Tensor &operand = folding.tensor(0);
  if (!folding.fits({operand.element(), extents}))
    return;
  if (countElements(extents) != operand.count())
    return folding.fail(fmt::format("{} can't get the extents {}",
                                    toText(operand.type()), toText(extents)));
  folding.yield(operand.withExtents(std::move(extents)));
}

} // namespace

void identity(Folding &folding) { folding.yield(folding.tensor(0)); }

void shape(Folding &folding) {
  const Extents &extents = folding.type(0).extents;
  int64_t rank = rankOf(folding.type(0));
  auto positionOf = [&](std::string_view name, int64_t fallback) {
    int64_t at = folding.integer(name, fallback);
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  int64_t start = positionOf("start", 0), end = positionOf("end", rank);
  std::vector<int64_t> part(extents.begin() + start,
                            extents.begin() + std::max(start, end));
  folding.yield({ElementType::int64, {static_cast<int64_t>(part.size())}},
                bytesOfIntegers(part));
}

void size(Folding &folding) {
  std::optional<int64_t> count = countElements(folding.type(0).extents);
  if (!count)
    return folding.fail("its operand has more elements than 63 bits count");
  folding.yield({ElementType::int64, {}}, bytesOfIntegers({*count}));
}

void reshape(Folding &folding) {
  const Extents &from = folding.type(0).extents;
  std::optional<std::vector<int64_t>> extents = folding.integersOf(1);
  if (!extents)
    return;
  bool keepsZeros = folding.integer("allowzero", 0) != 0;
  std::optional<size_t> open; // the position of -1
  for (size_t i = 0; i < extents->size(); ++i) {
    if ((*extents)[i] == 0 && !keepsZeros) {
      if (i >= from.size())
        return folding.fail(fmt::format("its new extents {} take over number "
                                        "{} of {}",
                                        toText(*extents), i, toText(from)));
      (*extents)[i] = from[i];
    } else if ((*extents)[i] == -1) {
      if (open)
        return folding.fail("two of its new extents are -1");
      open = i;
    }
  }
  if (open) {
    (*extents)[*open] = 1;
    int64_t others = countElements(*extents).value_or(0);
    if (others == 0)
      return folding.fail("the extent -1 can't be computed beside extents of "
                          "product 0");
    (*extents)[*open] = folding.tensor(0).count() / others;
  }
  yieldReshaped(folding, std::move(*extents));
}

void flatten(Folding &folding) {
  const Extents &from = folding.type(0).extents;
  int64_t axis = folding.integer("axis", 1), rank = rankOf(folding.type(0));
  if (axis < -rank || axis > rank)
    return folding.fail(fmt::format("there is no axis {} between {} "
                                    "dimensions",
                                    axis, rank));
  auto middle = from.begin() + (axis < 0 ? axis + rank : axis);
  std::optional<int64_t> rows = countElements({from.begin(), middle});
  std::optional<int64_t> columns = countElements({middle, from.end()});
  if (!rows || !columns)
    return folding.fail("its extents are too large");
  yieldReshaped(folding, {*rows, *columns});
}

void squeeze(Folding &folding) {
  const Extents &from = folding.type(0).extents;
  auto axes = folding.operandOrAttribute(1, "axes", 13);
  std::vector<bool> removed(from.size());
  if (axes) {
    auto listed = folding.axesOf(*axes, rankOf(folding.type(0)));
    if (!listed)
      return;
    removed = std::move(*listed);
  } else {
    for (size_t i = 0; i < from.size(); ++i)
      removed[i] = from[i] == 1;
  }
  Extents extents;
  for (size_t i = 0; i < from.size(); ++i)
    if (!removed[i])
      extents.push_back(from[i]);
    else if (from[i] != 1)
      return folding.fail(
          fmt::format("dimension {} of {} is not 1", i, toText(from)));
  yieldReshaped(folding, std::move(extents));
}

void unsqueeze(Folding &folding) {
  const Extents &from = folding.type(0).extents;
  auto axes = folding.operandOrAttribute(1, "axes", 13);
  if (!axes)
    return folding.fail("it has no axes");
  if (axes->size() + from.size() > mostDimensions)
    return folding.fail(fmt::format("its result has {} dimensions; {} are the "
                                    "most",
                                    axes->size() + from.size(),
                                    mostDimensions));
  auto rank = static_cast<int64_t>(axes->size() + from.size());
  auto isNew = folding.axesOf(*axes, rank);
  if (!isNew)
    return;
  Extents extents;
  auto next = from.begin();
  for (int64_t i = 0; i < rank; ++i)
    extents.push_back((*isNew)[i] ? 1 : *next++);
  yieldReshaped(folding, std::move(extents));
}

} // namespace layerpipe::onnx::ops
