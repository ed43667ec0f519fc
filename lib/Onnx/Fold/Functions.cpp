//===- Functions.cpp - Folding functions of one number --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Ops.h"

#include <fmt/format.h>

#include <cmath>

namespace layerpipe::onnx::ops {

namespace {

/// Applies a function of numbers to the operand.
template <typename F> void foldNumbers(Folding &folding, F compute) {
  const Tensor &operand = folding.tensor(0);
  folding.withNumbers(operand.element(), [&]<typename T>() {
    yieldIfMade(folding, mapElements<T, T>(folding, operand, operand.element(),
                                           compute));
  });
}

/// Applies a function of floats, which is called with floats of 32 or 64 bits.
template <typename F> void foldFloats(Folding &folding, F compute) {
  const Tensor &operand = folding.tensor(0);
  auto map = [&]<typename T>() {
    yieldIfMade(folding, mapElements<T, T>(folding, operand, operand.element(),
                                           [&](T value) {
                                             return T(compute(Wide<T>(value)));
                                           }));
  };
  switch (operand.element()) {
  case ElementType::float32:
    return map.template operator()<float>();
  case ElementType::float64:
    return map.template operator()<double>();
  case ElementType::float16:
    return map.template operator()<Half>();
  case ElementType::bfloat16:
    return map.template operator()<Bfloat>();
  default:
    folding.fail(fmt::format("it computes with floats, but its operand is {}",
                             nameOf(operand.element())));
  }
}

} // namespace

void neg(Folding &folding) {
  foldNumbers(folding, []<typename T>(T value) {
    if constexpr (isFloating<T>)
      return T(-Wide<T>(value));
    else
      return T(0 - Wide<T>(value));
  });
}

void abs(Folding &folding) {
  foldNumbers(folding, []<typename T>(T value) {
    if constexpr (isFloating<T>)
      return T(std::abs(Wide<T>(value)));
    else
      return value < T(0) ? T(0 - Wide<T>(value)) : value;
  });
}

void sign(Folding &folding) {
  foldNumbers(folding, []<typename T>(T value) {
    if constexpr (isFloating<T>) {
      Wide<T> wide(value);
      return wide > 0 ? T(Wide<T>(1)) : wide < 0 ? T(Wide<T>(-1)) : value;
    } else {
      return value > T(0) ? T(1) : value < T(0) ? T(-1) : T(0);
    }
  });
}

void floor(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::floor(x); });
}

void ceil(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::ceil(x); });
}

void round(Folding &folding) {
  // Of two whole numbers that are equally near, this takes the even one.
  foldFloats(folding, [](auto x) { return std::nearbyint(x); });
}

void sqrt(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::sqrt(x); });
}

void exp(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::exp(x); });
}

void log(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::log(x); });
}

void reciprocal(Folding &folding) {
  foldFloats(folding, [](auto x) { return 1 / x; });
}

void erf(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::erf(x); });
}

void tanh(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::tanh(x); });
}

void sigmoid(Folding &folding) {
  foldFloats(folding, [](auto x) { return 1 / (1 + std::exp(-x)); });
}

void sin(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::sin(x); });
}

void cos(Folding &folding) {
  foldFloats(folding, [](auto x) { return std::cos(x); });
}

} // namespace layerpipe::onnx::ops
