//===- Logic.cpp - Folding comparisons and truth values -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Ops.h"

#include <cmath>

namespace layerpipe::onnx::ops {

namespace {

/// Converts what can't be compared as it is.
template <typename T> auto comparable(T value) {
  if constexpr (isFloating<T>)
    return Wide<T>(value);
  else
    return value;
}

/// Compares two operands of one type.
template <typename F> void compare(Folding &folding, F holds) {
  if (!folding.haveOneType())
    return;
  std::optional<Extents> extents = broadcastOperands(folding, 0, 1);
  if (!extents)
    return;
  dispatch(folding.type(0).element, [&]<typename T>() {
    yieldIfMade(folding, zipElements<T, T, bool>(
                             folding, folding.tensor(0), folding.tensor(1),
                             {ElementType::boolean, *extents}, [&](T a, T b) {
                               return holds(comparable(a), comparable(b));
                             }));
  });
}

bool isBool(Folding &folding, size_t operand) {
  if (folding.type(operand).element == ElementType::boolean)
    return true;
  folding.fail("it wants bool, but an operand is " +
               toText(folding.type(operand)));
  return false;
}

template <typename F> void combine(Folding &folding, F holds) {
  if (isBool(folding, 0) && isBool(folding, 1))
    compare(folding, holds);
}

} // namespace

void equal(Folding &folding) {
  compare(folding, [](auto a, auto b) { return a == b; });
}

void less(Folding &folding) {
  compare(folding, [](auto a, auto b) { return a < b; });
}

void lessOrEqual(Folding &folding) {
  compare(folding, [](auto a, auto b) { return a <= b; });
}

void greater(Folding &folding) {
  compare(folding, [](auto a, auto b) { return a > b; });
}

void greaterOrEqual(Folding &folding) {
  compare(folding, [](auto a, auto b) { return a >= b; });
}

void logicalAnd(Folding &folding) {
  combine(folding, [](auto a, auto b) { return a && b; });
}

void logicalOr(Folding &folding) {
  combine(folding, [](auto a, auto b) { return a || b; });
}

void logicalXor(Folding &folding) {
  combine(folding, [](auto a, auto b) { return a != b; });
}

void logicalNot(Folding &folding) {
  if (isBool(folding, 0))
    yieldIfMade(folding, mapElements<bool, bool>(
                             folding, folding.tensor(0), ElementType::boolean,
                             [](bool value) { return !value; }));
}

void isNaN(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  dispatch(operand.element(), [&]<typename T>() {
    if constexpr (isFloating<T>)
      yieldIfMade(folding,
                  mapElements<T, bool>(
                      folding, operand, ElementType::boolean,
                      [](T value) { return std::isnan(Wide<T>(value)); }));
    else
      folding.fail("only floats can be no numbers");
  });
}

void where(Folding &folding) {
  if (!isBool(folding, 0) || !folding.haveOneType(1))
    return;
  std::optional<Extents> extents = broadcastOperands(folding, 0, 2);
  if (!extents)
    return;
  const Tensor &condition = folding.tensor(0), &yes = folding.tensor(1),
               &no = folding.tensor(2);
  const char *holds = condition.bytes().data();
  const char *left = yes.bytes().data(), *right = no.bytes().data();
  dispatch(yes.element(), [&]<typename T>() {
    yieldIfMade(folding,
                fillRows<3>(folding, {yes.element(), *extents},
                            {&condition, &yes, &no},
                            [&](const Row<3> &row, char *out) {
                              for (int64_t i = 0; i < row.length; ++i) {
                                T made = rowElement<bool>(row, 0, holds, i)
                                             ? rowElement<T>(row, 1, left, i)
                                             : rowElement<T>(row, 2, right, i);
                                std::memcpy(out + i * int64_t(sizeof(T)), &made,
                                            sizeof(T));
                              }
                            }));
  });
}

} // namespace layerpipe::onnx::ops
