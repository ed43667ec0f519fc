//===- KernelOp.cpp - What a kernel computes, checked ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file turns names of ops into values.
//
//===----------------------------------------------------------------------===//

#include "KernelOp.h"

#include "layerpipe/Base/WeightLayout.h"

using namespace layerpipe;
using namespace layerpipe::runtime;

/// Returns the rest of `text` behind `prefix`, or nothing.
static std::optional<std::string_view> restBehind(std::string_view text,
                                                  std::string_view prefix) {
  if (!text.starts_with(prefix))
    return std::nullopt;
  return text.substr(prefix.size());
}

static std::optional<Direction> directionOf(std::string_view suffix) {
  if (suffix.empty())
    return Direction::Forward;
  if (suffix == "_grad_input")
    return Direction::GradInput;
  if (suffix == "_grad_weight")
    return Direction::GradWeight;
  if (suffix == "_backward")
    return Direction::Backward;
  return std::nullopt;
}

/// Returns whether a suffix of an op stands for its gradient.
static std::optional<bool> gradientOf(std::string_view suffix) {
  if (suffix.empty())
    return false;
  if (suffix == "_grad")
    return true;
  return std::nullopt;
}

/// Makes an op of checked sizes, or hands on what is wrong with them.
template <typename Sizes, typename Make>
static Result<KernelOp> withSizes(const Result<Sizes> &sizes, Make make) {
  if (!sizes)
    return sizes.error();
  return KernelOp(make(*sizes));
}

/// Returns a product of two activations as what a layer computes with its
/// arguments in the same order.
static LinearOp productOp(const ProductSizes &s) {
  if (s.transposeB)
    return {
        Direction::Forward, {s.rows, s.inner, s.columns, false}, {}, s.count};
  if (s.transposeA)
    return {Direction::GradWeight,
            {s.inner, s.columns, s.rows, false},
            {},
            s.count};
  return {
      Direction::GradInput, {s.rows, s.columns, s.inner, false}, {}, s.count};
}

/// Returns the op of `description` if it is a layer with weights.
static std::optional<Result<KernelOp>>
layerOp(const KernelDescription &description) {
  if (auto suffix = restBehind(description.op, "linear"))
    if (auto direction = directionOf(*suffix))
      return withSizes(linearSizes(description), [&](const LinearSizes &s) {
        return LinearOp{*direction, s, description.weights};
      });
  if (description.op == "matmul")
    return withSizes(productSizes(description), productOp);
  for (bool transposed : {false, true})
    if (auto suffix = restBehind(description.op,
                                 transposed ? "conv_transpose2d" : "conv2d"))
      if (auto direction = directionOf(*suffix))
        return withSizes(convSizes(description), [&](const ConvSizes &s) {
          return ConvOp{*direction, s, description.weights, transposed};
        });
  return std::nullopt;
}

static std::optional<Result<KernelOp>>
poolOp(const KernelDescription &description) {
  for (bool maximum : {true, false})
    if (auto suffix =
            restBehind(description.op, maximum ? "max_pool2d" : "avg_pool2d"))
      if (auto gradient = gradientOf(*suffix))
        return withSizes(
            poolSizes(description, maximum),
            [&](const PoolSizes &s) { return PoolOp{maximum, *gradient, s}; });
  return std::nullopt;
}

static std::optional<Result<KernelOp>>
lossOp(const KernelDescription &description) {
  if (auto suffix = restBehind(description.op, "softmax_cross_entropy"))
    if (auto gradient = gradientOf(*suffix))
      return withSizes(classSizes(description), [&](const ClassSizes &s) {
        return CrossEntropyOp{*gradient, s};
      });
  if (auto suffix = restBehind(description.op, "mean_squared_error"))
    if (auto gradient = gradientOf(*suffix))
      return withSizes(elementCount(description), [&](int64_t elements) {
        return SquaredErrorOp{*gradient, elements};
      });
  return std::nullopt;
}

/// Returns what is wrong with the layout of the weights, or "".
static std::string problemOfWeights(const KernelOp &op,
                                    const std::string &weights) {
  if (weights.empty())
    return "";
  const std::vector<int64_t> shape = weightShapeOf(op);
  if (shape.empty())
    return "it has no weights that could lie in a layout";
  return base::WeightLayout::parse(weights, shape).message();
}

Result<KernelOp>
layerpipe::runtime::kernelOp(const KernelDescription &description) {
  auto fail = [&](const std::string &what) {
    return Error{"kernel " + description.toString() + ": " + what,
                 ErrorKind::Defect};
  };
  for (auto read : {layerOp, poolOp, lossOp}) {
    auto op = read(description);
    if (!op)
      continue;
    if (!*op)
      return op->error();
    std::string problem = problemOfWeights(**op, description.weights);
    return problem.empty() ? *op : fail(problem);
  }
  return fail("unknown op");
}

std::vector<int64_t> layerpipe::runtime::weightShapeOf(const KernelOp &op) {
  const auto *linear = std::get_if<LinearOp>(&op);
  if (linear && !linear->products)
    return {linear->sizes.out, linear->sizes.in};
  if (const auto *conv = std::get_if<ConvOp>(&op))
    return {conv->sizes.outChannels, conv->sizes.inPerGroup(),
            conv->sizes.window.h.kernel, conv->sizes.window.w.kernel};
  return {};
}

std::string_view layerpipe::runtime::weightLayoutOf(const KernelOp &op) {
  if (const auto *linear = std::get_if<LinearOp>(&op))
    return linear->weights;
  if (const auto *conv = std::get_if<ConvOp>(&op))
    return conv->weights;
  return {};
}

KernelFamily layerpipe::runtime::familyOf(const KernelOp &op) {
  if (const auto *conv = std::get_if<ConvOp>(&op))
    if (conv->sizes.groups > 1)
      return GroupedConvolutions;
  constexpr KernelFamily families[] = {DenseLayers, Convolutions, Pooling,
                                       Losses, Losses};
  static_assert(std::size(families) == std::variant_size_v<KernelOp>);
  return families[op.index()];
}

std::string layerpipe::runtime::namesOf(unsigned families) {
  constexpr std::pair<KernelFamily, const char *> names[] = {
      {DenseLayers, "dense layers"},
      {Convolutions, "convolutions"},
      {GroupedConvolutions, "convolutions of groups"},
      {Pooling, "pooling"},
      {Losses, "losses"}};
  std::string text;
  for (auto [family, name] : names)
    if (families & family)
      text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}
