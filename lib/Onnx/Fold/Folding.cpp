//===- Folding.cpp - One node while it is folded --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folding.h"

#include <fmt/format.h>

namespace layerpipe::onnx {

void Folding::fail(const std::string &what) {
  if (!failure)
    failure = what;
}

void Folding::failOnKind(const Attribute &attribute, std::string_view wanted) {
  fail(fmt::format("the attribute '{}' is {}; it must be {}", attribute.name,
                   kindOf(attribute.value), wanted));
}

std::optional<std::vector<int64_t>> Folding::integersOf(size_t operand) {
  const Tensor &values = tensor(operand);
  if (isFloat(values.element()) || values.extents().size() > 1) {
    fail(fmt::format("operand {} is {}; it must be a list of integers", operand,
                     toText(values.type())));
    return std::nullopt;
  }
  // Lists have a number for each dimension, or for each output.
  size_t most = std::max(mostDimensions, node.outputs.size());
  if (size_t(values.count()) > most) {
    fail(fmt::format("operand {} has {} elements; {} are the most", operand,
                     values.count(), most));
    return std::nullopt;
  }
  Result<std::vector<int64_t>> integers = values.toIntegers();
  if (!integers) {
    fail(fmt::format("operand {}: {}", operand, integers.message()));
    return std::nullopt;
  }
  return std::move(*integers);
}

std::optional<int64_t> Folding::integerOf(size_t operand) {
  auto integers = integersOf(operand);
  if (integers && integers->size() != 1)
    fail(fmt::format("operand {} has {} elements; it must have one", operand,
                     integers->size()));
  if (failed())
    return std::nullopt;
  return integers->front();
}

std::optional<std::vector<int64_t>>
Folding::operandOrAttribute(size_t operand, std::string_view name,
                            int64_t since) {
  if (opset >= since)
    return has(operand) ? integersOf(operand) : std::nullopt;
  const auto *values = attribute<std::vector<int64_t>>(name);
  return values ? std::optional(*values) : std::nullopt;
}

std::optional<int64_t> Folding::axisOf(int64_t axis, int64_t rank) {
  if (axis >= -rank && axis < rank)
    return axis < 0 ? axis + rank : axis;
  fail(fmt::format("there is no axis {} among {} dimensions", axis, rank));
  return std::nullopt;
}

std::optional<std::vector<bool>>
Folding::axesOf(const std::vector<int64_t> &axes, int64_t rank) {
  std::vector<bool> listed(rank, false);
  for (int64_t axis : axes) {
    std::optional<int64_t> at = axisOf(axis, rank);
    if (!at)
      return std::nullopt;
    if (listed[*at]) {
      fail(fmt::format("the axis {} is listed twice", *at));
      return std::nullopt;
    }
    listed[*at] = true;
  }
  return listed;
}

bool Folding::haveOneType(size_t first) {
  for (size_t i = first; i < operandCount(); ++i)
    if (!has(i))
      fail(fmt::format("operand {} is missing", i));
    else if (type(i).element != type(first).element)
      fail(fmt::format("its operands are of different types, {} and {}",
                       nameOf(type(first).element), nameOf(type(i).element)));
  return !failed();
}

bool Folding::fits(const TensorType &type) {
  std::optional<int64_t> bytes = countBytes(type);
  if (type.extents.size() > mostDimensions)
    fail(fmt::format("its result has {} dimensions; {} are the most",
                     type.extents.size(), mostDimensions));
  else if (!bytes || *bytes > mostBytes)
    fail(fmt::format("its result {} takes more than {} bytes, too many for a "
                     "constant",
                     toText(type), mostBytes));
  return !failed();
}

std::optional<std::string> Folding::allocate(const TensorType &type) {
  if (!fits(type))
    return std::nullopt;
  return std::string(countBytes(type).value_or(0), '\0');
}

void Folding::yieldSplat(TensorType type, std::string_view element) {
  if (!fits(type))
    return;
  bool isEmpty = countElements(type.extents) == 0;
  yield(std::move(type), std::string(isEmpty ? "" : element));
}

Result<std::vector<Tensor>> Folding::finish() {
  if (failure)
    return Error{fmt::format("{}: {}", placeOf(node), *failure)};
  return std::move(results);
}

} // namespace layerpipe::onnx
