//===- Resizing.cpp - Images of another size ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Along one dimension, each position of the result is a weighted sum of
// positions of the operand: a product with a matrix that is never trained. To
// repeat positions a whole number of times, no product is needed.
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx {

namespace {

/// How the size of one dimension changes.
struct Scaling {
  int64_t from = 1, to = 1;
  double scale = 1; ///< It need not be exactly to / from.
};

/// Says how the op finds and weights positions, in the words of its attributes.
struct Sampling {
  std::string mode, places, rounding;
  double cubic = -0.75;
  bool excludesOutside = false;
};

} // namespace

/// Reads the sizes of all dimensions.
static std::vector<Scaling> readScalings(NodeTranslation &node) {
  Extents extents = node.extents(0);
  std::vector<Scaling> scalings;
  for (int64_t extent : extents)
    scalings.push_back({extent, extent, 1});
  Integers axes;
  if (auto listed = node.integers("axes"))
    for (int64_t each : *listed)
      axes.push_back(node.axis(each, extents.size()));
  else
    for (size_t axis = 0; axis < extents.size(); ++axis)
      axes.push_back(int64_t(axis));
  std::optional<std::vector<double>> scales =
      node.numbers(node.opset() >= 11 ? 2 : 1);
  std::optional<Integers> sizes =
      node.opset() >= 11 ? node.integers(3) : std::nullopt;
  const bool hasScales = scales && !scales->empty();
  if ((hasScales ? scales->size() : sizes ? sizes->size() : 0) != axes.size())
    node.fail("needs a scale or a size for each axis");
  if (node.failed())
    return {};
  for (size_t k = 0; k < axes.size(); ++k) {
    Scaling &scaling = scalings[axes[k]];
    scaling.scale =
        hasScales ? (*scales)[k] : double((*sizes)[k]) / double(scaling.from);
    double to = hasScales ? std::floor(double(scaling.from) * scaling.scale)
                          : double((*sizes)[k]);
    if (!(to >= 1 && to <= double(1 << 20))) {
      node.fail(fmt::format("makes dimension {} of {} positions, {} times as "
                            "large",
                            axes[k], scaling.from, scaling.scale));
      return {};
    }
    scaling.to = int64_t(to);
  }
  return scalings;
}

static std::optional<Sampling> readSampling(NodeTranslation &node) {
  Sampling sampling;
  sampling.mode = node.text("mode", "nearest");
  sampling.places = node.text("coordinate_transformation_mode",
                              node.opset() >= 11 ? "half_pixel" : "asymmetric");
  sampling.rounding = node.text(
      "nearest_mode", node.opset() >= 11 ? "round_prefer_floor" : "floor");
  sampling.cubic = node.number("cubic_coeff_a", -0.75);
  sampling.excludesOutside = node.integer("exclude_outside", 0) != 0;
  auto demand = [&](std::string_view attribute, const std::string &value,
                    std::initializer_list<const char *> known) {
    if (!llvm::is_contained(known, value))
      node.fail(fmt::format("the attribute '{}' is '{}', which is not "
                            "supported",
                            attribute, value));
  };
  demand("mode", sampling.mode, {"nearest", "linear", "cubic"});
  demand("coordinate_transformation_mode", sampling.places,
         {"half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"});
  demand("nearest_mode", sampling.rounding,
         {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
  demand("keep_aspect_ratio_policy",
         node.text("keep_aspect_ratio_policy", "stretch"), {"stretch"});
  if (node.integer("antialias", 0) != 0)
    node.fail("the attribute 'antialias' is not supported");
  return node.failed() ? std::nullopt : std::optional(sampling);
}

/// Returns where a position of the result lies in the operand.
static double placeOf(const Sampling &sampling, const Scaling &scaling,
                      int64_t position) {
  auto at = double(position);
  if (sampling.places == "asymmetric")
    return at / scaling.scale;
  if (sampling.places == "align_corners") {
    // The size that a fraction asks for counts before it is cut off.
    double to = double(scaling.from) * scaling.scale;
    return to == 1 ? 0 : at * double(scaling.from - 1) / (to - 1);
  }
  if (sampling.places == "pytorch_half_pixel" && scaling.to == 1)
    return 0;
  return (at + 0.5) / scaling.scale - 0.5;
}

static double roundTo(const std::string &rounding, double place) {
  if (rounding == "floor")
    return std::floor(place);
  if (rounding == "ceil")
    return std::ceil(place);
  return rounding == "round_prefer_floor" ? std::ceil(place - 0.5)
                                          : std::floor(place + 0.5);
}

/// Returns the weight of a position at that distance: the tent, or Keys' cubic
/// function of coefficient a.
static double weightAt(const Sampling &sampling, double distance) {
  double x = std::abs(distance), a = sampling.cubic;
  if (sampling.mode == "linear")
    return std::max(0.0, 1 - x);
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/// Returns the matrix with a row for each position of the result.
static std::vector<float> makeMatrix(const Sampling &sampling,
                                     const Scaling &scaling) {
  std::vector<float> matrix(scaling.to * scaling.from);
  const int64_t last = scaling.from - 1;
  const int64_t reach = sampling.mode == "cubic" ? 2 : 1;
  for (int64_t row = 0; row < scaling.to; ++row) {
    double place = placeOf(sampling, scaling, row);
    float *weights = matrix.data() + row * scaling.from;
    if (sampling.mode == "nearest") {
      double nearest = roundTo(sampling.rounding, place);
      weights[int64_t(std::clamp(nearest, 0.0, double(last)))] = 1;
      continue;
    }
    auto first = int64_t(std::floor(place)) - reach + 1;
    double sum = 0;
    for (int64_t k = first; k < first + 2 * reach; ++k) {
      bool isInside = k >= 0 && k <= last;
      if (!isInside && sampling.excludesOutside)
        continue;
      // What lies outside is as the border.
      double weight = weightAt(sampling, place - double(k));
      weights[std::clamp<int64_t>(k, 0, last)] += float(weight);
      sum += weight;
    }
    if (sampling.excludesOutside)
      for (int64_t k = 0; k <= last; ++k)
        weights[k] = float(weights[k] / sum);
  }
  return matrix;
}

/// Resizes one dimension by a product.
static Value multiply(NodeTranslation &node, Value x, size_t axis,
                      const Scaling &scaling, const Sampling &sampling) {
  Extents extents(cast<RankedTensorType>(x.getType()).getShape());
  Value matrix =
      node.matrix(fmt::format("axis{}", axis), makeMatrix(sampling, scaling),
                  {scaling.to, scaling.from});
  // The product is along the last dimension.
  Integers swapped(extents.size());
  for (size_t k = 0; k < extents.size(); ++k)
    swapped[k] = int64_t(k);
  std::swap(swapped[axis], swapped.back());
  auto swap = [&](Value value) {
    if (axis + 1 == extents.size())
      return value;
    std::swap(extents[axis], extents.back());
    return node.create<TransposeOp>(
        {value}, {node.attr("permutation", swapped)}, extents);
  };
  x = swap(x);
  int64_t rows = *countElements(extents) / scaling.from;
  Value product =
      node.create<LinearOp>({node.reshape(x, {rows, scaling.from}), matrix});
  extents[axis + 1 == extents.size() ? axis : extents.size() - 1] = scaling.to;
  return swap(node.reshape(product, extents));
}

/// Returns whether the nearest position is a repetition of each.
static bool repeats(const Sampling &sampling, const Scaling &scaling) {
  if (sampling.mode != "nearest" || scaling.to % scaling.from != 0)
    return false;
  int64_t times = scaling.to / scaling.from;
  for (int64_t row = 0; row < scaling.to; ++row) {
    double nearest =
        roundTo(sampling.rounding, placeOf(sampling, scaling, row));
    if (std::clamp(nearest, 0.0, double(scaling.from - 1)) !=
        double(row / times))
      return false;
  }
  return true;
}

/// Repeats each position along dimensions. Each gets another dimension behind
/// it, along which it is expanded.
static Value repeat(NodeTranslation &node, Value x, const Integers &times) {
  if (!x)
    return {};
  Extents apart, repeated, result;
  Extents extents(cast<RankedTensorType>(x.getType()).getShape());
  for (auto [extent, count] : llvm::zip(extents, times)) {
    apart.push_back(extent);
    repeated.push_back(extent);
    result.push_back(extent * count);
    if (count == 1)
      continue;
    apart.push_back(1);
    repeated.push_back(count);
  }
  if (result == extents)
    return x;
  x = node.create<ExpandOp>({node.reshape(x, apart)}, {}, repeated);
  return node.reshape(x, result);
}

namespace translators {

void resize(NodeTranslation &node) {
  std::vector<Scaling> scalings = readScalings(node);
  std::optional<Sampling> sampling = readSampling(node);
  if (!sampling)
    return;
  Value x = node.tensor(0);
  Integers times(scalings.size(), 1);
  for (auto [axis, scaling] : llvm::enumerate(scalings)) {
    if (scaling.from == scaling.to && scaling.scale == 1)
      continue;
    if (repeats(*sampling, scaling))
      times[axis] = scaling.to / scaling.from;
    else if (x)
      x = multiply(node, x, axis, scaling, *sampling);
  }
  node.yield(repeat(node, x, times));
}

} // namespace translators
} // namespace layerpipe::onnx
