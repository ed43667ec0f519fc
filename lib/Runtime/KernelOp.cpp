//===- KernelOp.cpp - What a kernel computes, checked ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file turns names of ops into values.
//
//===----------------------------------------------------------------------===//

#include "KernelOp.h"

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

/// Returns the op of `description` if it is a layer with weights.
static std::optional<Result<KernelOp>>
layerOp(const KernelDescription &description) {
  if (auto suffix = restBehind(description.op, "linear"))
    if (auto direction = directionOf(*suffix))
      return withSizes(linearSizes(description), [&](const LinearSizes &s) {
        return LinearOp{*direction, s};
      });
  if (auto suffix = restBehind(description.op, "conv2d"))
    if (auto direction = directionOf(*suffix))
      return withSizes(convSizes(description), [&](const ConvSizes &s) {
        return ConvOp{*direction, s};
      });
  return std::nullopt;
}

static std::optional<Result<KernelOp>>
poolOp(const KernelDescription &description) {
  for (bool maximum : {true, false})
    if (auto suffix =
            restBehind(description.op, maximum ? "max_pool2d" : "avg_pool2d"))
      if (auto gradient = gradientOf(*suffix))
        return withSizes(poolSizes(description), [&](const PoolSizes &s) {
          return PoolOp{maximum, *gradient, s};
        });
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

Result<KernelOp>
layerpipe::runtime::kernelOp(const KernelDescription &description) {
  for (auto read : {layerOp, poolOp, lossOp})
    if (auto op = read(description))
      return *op;
  return Error{"kernel " + description.toString() + ": unknown op",
               ErrorKind::Defect};
}

KernelFamily layerpipe::runtime::familyOf(const KernelOp &op) {
  constexpr KernelFamily families[] = {DenseLayers, Convolutions, Pooling,
                                       Losses, Losses};
  static_assert(std::size(families) == std::variant_size_v<KernelOp>);
  return families[op.index()];
}

std::string layerpipe::runtime::namesOf(unsigned families) {
  constexpr std::pair<KernelFamily, const char *> names[] = {
      {DenseLayers, "dense layers"},
      {Convolutions, "convolutions"},
      {Pooling, "pooling"},
      {Losses, "losses"}};
  std::string text;
  for (auto [family, name] : names)
    if (families & family)
      text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}
