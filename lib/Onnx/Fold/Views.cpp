//===- Views.cpp - Folding ops that show elements otherwise ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The results of these ops are the elements that other strides show.
//
//===----------------------------------------------------------------------===//

#include "Ops.h"
#include "Strides.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace layerpipe::onnx::ops {

void transpose(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  const Extents &from = operand.extents();
  std::vector<int64_t> order(from.size());
  std::iota(order.rbegin(), order.rend(), 0);
  if (const auto *given = folding.attribute<std::vector<int64_t>>("perm"))
    order = *given;
  auto rank = static_cast<int64_t>(from.size());
  if (order.size() != from.size() || !folding.axesOf(order, rank))
    return folding.fail(
        fmt::format("{} is no order of {} dimensions", toText(order), rank));
  const Strides own = stridesOf(from);
  Extents extents;
  Strides strides;
  for (int64_t &axis : order) {
    axis = axis < 0 ? axis + rank : axis;
    extents.push_back(from[axis]);
    strides.push_back(own[axis]);
  }
  yieldView(folding, operand, std::move(extents), strides);
}

void expand(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  std::optional<std::vector<int64_t>> to = folding.integersOf(1);
  if (!to)
    return;
  std::optional<Extents> extents = broadcast(operand.extents(), *to);
  if (!extents)
    return folding.fail(fmt::format("{} can't be expanded to {}",
                                    toText(operand.type()), toText(*to)));
  Strides strides = broadcastStrides(operand.extents(), *extents);
  yieldView(folding, operand, std::move(*extents), strides);
}

void tile(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  const Extents &from = operand.extents();
  std::optional<std::vector<int64_t>> repeats = folding.integersOf(1);
  if (!repeats)
    return;
  if (repeats->size() != from.size())
    return folding.fail(fmt::format("{} has not as many dimensions as there "
                                    "are repeats, {}",
                                    toText(operand.type()), repeats->size()));
  // Each dimension becomes two: how often it is repeated, and itself.
  const Strides own = stridesOf(from);
  Extents extents, pairs;
  Strides strides;
  for (size_t i = 0; i < from.size(); ++i) {
    int64_t extent = 0;
    if ((*repeats)[i] < 0 ||
        __builtin_mul_overflow(from[i], (*repeats)[i], &extent))
      return folding.fail(fmt::format("dimension {} can't be repeated {} times",
                                      i, (*repeats)[i]));
    extents.push_back(extent);
    pairs.insert(pairs.end(), {(*repeats)[i], from[i]});
    strides.insert(strides.end(), {0, own[i]});
  }
  yieldWalk(folding, operand, std::move(extents), pairs, strides, 0);
}

namespace {

/// A slice of one dimension: so many positions from `start` on, `step` apart.
struct DimensionSlice {
  int64_t start = 0, step = 1, count = 0;
};

/// Slices a dimension as Python does. Positions beyond its ends are moved
/// there, negative ones count from the end. `step` is not 0.
DimensionSlice sliceOf(int64_t extent, int64_t start, int64_t end,
                       int64_t step) {
  // Backwards, the first position is the last one, and the end is before 0.
  const int64_t least = step > 0 ? 0 : -1;
  const int64_t most = step > 0 ? extent : extent - 1;
  auto moved = [&](int64_t at, int64_t lowest) {
    return std::clamp(at < 0 ? at + extent : at, std::min(lowest, most), most);
  };
  DimensionSlice slice{moved(start, 0), step, 0};
  int64_t last = moved(end, least);
  if (step > 0 && last > slice.start)
    slice.count = (last - slice.start - 1) / step + 1;
  // The opposite of the least integer is only right without a sign.
  if (step < 0 && last < slice.start)
    slice.count =
        int64_t(uint64_t(slice.start - last - 1) / (0 - uint64_t(step))) + 1;
  return slice;
}

/// Returns the lists that say what is sliced: of an operand, or an attribute of
/// old versions.
struct SliceLists {
  std::vector<int64_t> starts, ends, axes, steps;
};

std::optional<SliceLists> readSlice(Folding &folding) {
  constexpr int64_t since = 10;
  auto starts = folding.operandOrAttribute(1, "starts", since);
  auto ends = folding.operandOrAttribute(2, "ends", since);
  auto axes = folding.operandOrAttribute(3, "axes", since);
  std::optional<std::vector<int64_t>> steps;
  if (folding.opset >= since)
    steps = folding.operandOrAttribute(4, "steps", since);
  if (!starts || !ends)
    folding.fail("it doesn't say where its slices start and end");
  if (folding.failed())
    return std::nullopt;
  if (!axes) {
    axes.emplace(starts->size());
    std::iota(axes->begin(), axes->end(), 0);
  }
  if (!steps)
    steps.emplace(starts->size(), 1);
  size_t size = starts->size();
  if (ends->size() != size || axes->size() != size || steps->size() != size)
    folding.fail("its starts, ends, axes and steps differ in number");
  if (std::ranges::count(*steps, 0) > 0)
    folding.fail("a step is 0");
  if (folding.failed())
    return std::nullopt;
  return SliceLists{*starts, *ends, *axes, *steps};
}

} // namespace

void slice(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  Extents extents = operand.extents();
  auto rank = static_cast<int64_t>(extents.size());
  std::optional<SliceLists> lists = readSlice(folding);
  if (!lists || !folding.axesOf(lists->axes, rank))
    return;
  Strides strides = stridesOf(extents);
  int64_t offset = 0;
  for (size_t i = 0; i < lists->axes.size(); ++i) {
    int64_t axis = lists->axes[i] < 0 ? lists->axes[i] + rank : lists->axes[i];
    DimensionSlice part = sliceOf(extents[axis], lists->starts[i],
                                  lists->ends[i], lists->steps[i]);
    extents[axis] = part.count;
    // A step may be too large for a product if no second position follows.
    if (part.count > 0)
      offset += part.start * strides[axis];
    strides[axis] = part.count > 1 ? strides[axis] * part.step : 0;
  }
  yieldView(folding, operand, std::move(extents), strides, offset);
}

namespace {

/// Returns the sizes of the parts into which a dimension is split.
std::optional<std::vector<int64_t>> splitSizes(Folding &folding,
                                               int64_t extent) {
  auto count = static_cast<int64_t>(folding.node.outputs.size());
  auto sizes = folding.operandOrAttribute(1, "split", 13);
  if (!sizes && !folding.failed()) {
    // Since version 18 the last part may be smaller.
    bool mayDiffer = folding.opset >= 18;
    if (count == 0 || folding.integer("num_outputs", count) != count ||
        (!mayDiffer && extent % count != 0)) {
      folding.fail(
          fmt::format("{} can't be split into {} outputs", extent, count));
      return std::nullopt;
    }
    int64_t size = (extent + count - 1) / count;
    sizes.emplace(count, size);
    sizes->back() = extent - size * (count - 1);
  }
  if (!sizes)
    return std::nullopt;
  __int128 sum = 0;
  for (int64_t size : *sizes)
    sum += size;
  if (sum != extent ||
      std::ranges::any_of(*sizes, [](int64_t size) { return size < 0; }) ||
      static_cast<int64_t>(sizes->size()) != count) {
    folding.fail(fmt::format("{} parts of {} can't be the {} outputs",
                             sizes->size(), extent, count));
    return std::nullopt;
  }
  return sizes;
}

} // namespace

void split(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  Extents extents = operand.extents();
  std::optional<int64_t> axis =
      folding.axisOf(folding.integer("axis", 0), int64_t(extents.size()));
  if (!axis)
    return;
  auto sizes = splitSizes(folding, extents[*axis]);
  if (!sizes)
    return;
  const Strides strides = stridesOf(extents);
  int64_t offset = 0;
  for (int64_t size : *sizes) {
    extents[*axis] = size;
    yieldView(folding, operand, extents, strides, offset);
    offset += size * strides[*axis];
  }
}

} // namespace layerpipe::onnx::ops
