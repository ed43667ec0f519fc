//===- Reductions.cpp - Folding reductions --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Ops.h"
#include "Strides.h"

namespace layerpipe::onnx::ops {

namespace {

/// How a tensor is reduced: its dimensions in an order in which those that stay
/// come first, so that the elements of each result follow each other.
struct Plan {
  Extents result; ///< what the result's extents are
  Extents walked;
  Strides strides;
  int64_t results = 1, each = 1;
};

std::optional<Plan> planReduction(Folding &folding, int64_t axesAreOperand) {
  const Extents &from = folding.type(0).extents;
  auto axes = folding.operandOrAttribute(1, "axes", axesAreOperand);
  bool keepDimensions = folding.integer("keepdims", 1) != 0;
  bool emptyIsNone = folding.integer("noop_with_empty_axes", 0) != 0;
  std::vector<bool> reduced(from.size(), !emptyIsNone);
  if (axes && !axes->empty()) {
    auto listed = folding.axesOf(*axes, int64_t(from.size()));
    if (!listed)
      return std::nullopt;
    reduced = std::move(*listed);
  }
  const Strides strides = stridesOf(from);
  Plan plan;
  for (bool isReduced : {false, true})
    for (size_t i = 0; i < from.size(); ++i)
      if (reduced[i] == isReduced) {
        plan.walked.push_back(from[i]);
        plan.strides.push_back(strides[i]);
      }
  Extents kept, gone;
  for (size_t i = 0; i < from.size(); ++i) {
    (reduced[i] ? gone : kept).push_back(from[i]);
    if (keepDimensions || !reduced[i])
      plan.result.push_back(reduced[i] ? 1 : from[i]);
  }
  // Empty tensors may have extents without a product.
  std::optional<int64_t> results = countElements(kept);
  std::optional<int64_t> each = countElements(gone);
  if (!results || !each)
    folding.fail("its operand's extents are too large");
  if (folding.failed())
    return std::nullopt;
  plan.results = *results;
  plan.each = *each;
  return plan;
}

/// Reduces with a `Reducer<T>`, which begins with no element, takes one after
/// the other, and makes the result of those that it took.
template <template <typename> typename Reducer>
void reduce(Folding &folding, int64_t axesAreOperand) {
  const Tensor &operand = folding.tensor(0);
  std::optional<Plan> plan = planReduction(folding, axesAreOperand);
  if (!plan)
    return;
  folding.withNumbers(operand.element(), [&]<typename T>() {
    TensorType type{operand.element(), plan->result};
    std::optional<std::string> bytes = folding.allocate(type);
    if (!bytes)
      return;
    ElementWriter<T> writer(*bytes);
    Elements<T> elements(operand);
    Reducer<T> reducer;
    if (plan->each == 0)
      for (int64_t i = 0; i < plan->results; ++i)
        writer.add(reducer.result(0));
    int64_t taken = 0;
    forEachOffset<1>(plan->walked, {&plan->strides}, {0}, [&](const auto &at) {
      reducer.take(elements[at[0]]);
      if (++taken < plan->each)
        return;
      writer.add(reducer.result(taken));
      reducer = Reducer<T>();
      taken = 0;
    });
    folding.yield(std::move(type), std::move(*bytes));
  });
}

/// Floats are added up and multiplied in 64 bits, integers wrap around.
template <typename T>
using Total = std::conditional_t<isFloating<T>, double, uint64_t>;

template <typename T> Total<T> totalOf(T element) {
  if constexpr (isFloating<T>)
    return convertElement<double>(element);
  else
    return Total<T>(element);
}

template <typename T> struct Sum {
  Total<T> total = 0;
  void take(T element) { total += totalOf(element); }
  T result(int64_t) const { return convertElement<T>(total); }
};

template <typename T> struct Mean : Sum<T> {
  T result(int64_t count) const {
    if constexpr (isFloating<T>)
      return convertElement<T>(this->total / double(count));
    else if constexpr (std::is_signed_v<T>)
      return count == 0 ? T(0) : T(int64_t(this->total) / count);
    else
      return count == 0 ? T(0) : T(this->total / uint64_t(count));
  }
};

template <typename T> struct Product {
  Total<T> total = 1;
  void take(T element) { total *= totalOf(element); }
  T result(int64_t) const { return convertElement<T>(total); }
};

/// Keeps the greatest or the least element. A NaN stays. Without an element,
/// the result is the number that any other one replaces.
template <typename T, bool isGreatest> struct Extreme {
  using Value = std::conditional_t<isFloating<T>, double, T>;
  Value best = worst();
  static Value worst() {
    using Limits = std::numeric_limits<Value>;
    if constexpr (isFloating<T>)
      return isGreatest ? -Limits::infinity() : Limits::infinity();
    else
      return isGreatest ? Limits::min() : Limits::max();
  }
  void take(T element) {
    auto value = convertElement<Value>(element);
    bool isNaN = false;
    if constexpr (isFloating<T>)
      isNaN = std::isnan(value);
    if (isNaN || (isGreatest ? value > best : value < best))
      best = value;
  }
  T result(int64_t) const { return convertElement<T>(best); }
};

template <typename T> using Greatest = Extreme<T, true>;
template <typename T> using Least = Extreme<T, false>;

/// Since this version of the operators, axes are an operand; for sums they are
/// since an earlier one.
constexpr int64_t axesAreOperand = 18, axesOfSumsAreOperand = 13;

} // namespace

void reduceSum(Folding &folding) { reduce<Sum>(folding, axesOfSumsAreOperand); }

void reduceMean(Folding &folding) { reduce<Mean>(folding, axesAreOperand); }

void reduceProd(Folding &folding) { reduce<Product>(folding, axesAreOperand); }

void reduceMax(Folding &folding) { reduce<Greatest>(folding, axesAreOperand); }

void reduceMin(Folding &folding) { reduce<Least>(folding, axesAreOperand); }

} // namespace layerpipe::onnx::ops
