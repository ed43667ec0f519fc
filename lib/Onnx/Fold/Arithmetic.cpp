//===- Arithmetic.cpp - Folding sums, products and the like ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cast.h"
#include "Convert.h"
#include "Elementwise.h"
#include "Ops.h"

#include <algorithm>

namespace layerpipe::onnx::ops {

namespace {

/// Applies `compute` to two numbers of one type, whose result has that type.
/// `compute` is called with two values of the C++ type T.
template <typename F>
std::optional<Tensor> zipNumbers(Folding &folding, const Tensor &a,
                                 const Tensor &b, F compute) {
  std::optional<Extents> extents = broadcast(a.extents(), b.extents());
  if (!extents) {
    folding.fail("its operands don't fit each other: " + toText(a.type()) +
                 " and " + toText(b.type()));
    return std::nullopt;
  }
  std::optional<Tensor> result;
  folding.withNumbers(a.element(), [&]<typename T>() {
    result = zipElements<T, T, T>(folding, a, b,
                                  {a.element(), std::move(*extents)}, compute);
  });
  return result;
}

template <typename F> void foldTwo(Folding &folding, F compute) {
  if (folding.haveOneType())
    yieldIfMade(folding, zipNumbers(folding, folding.tensor(0),
                                    folding.tensor(1), compute));
}

/// Combines the first operand with each further one.
template <typename F> void foldMany(Folding &folding, F compute) {
  if (!folding.haveOneType())
    return;
  std::optional<Tensor> result = folding.tensor(0);
  for (size_t i = 1; result && i < folding.operandCount(); ++i)
    result = zipNumbers(folding, *result, folding.tensor(i), compute);
  yieldIfMade(folding, std::move(result));
}

/// Returns which of two numbers `isBetter` prefers, and a NaN if there is one.
template <typename T, typename F> T choose(T a, T b, F isBetter) {
  if constexpr (isFloating<T>) {
    if (std::isnan(Wide<T>(a)))
      return a;
    return std::isnan(Wide<T>(b)) || isBetter(Wide<T>(b), Wide<T>(a)) ? b : a;
  } else {
    return isBetter(b, a) ? b : a;
  }
}

/// Divides integers, rounding towards 0. The divisor is not 0.
template <typename T> T divideWhole(T a, T b) {
  // The least number has no opposite; it wraps around to itself.
  if constexpr (std::is_signed_v<T>)
    if (b == -1)
      return T(0 - Wide<T>(a));
  return T(a / b);
}

/// Returns the remainder with the sign of the divisor, or of the dividend.
template <typename T> T remainderOf(T a, T b, bool signOfDividend) {
  if constexpr (isFloating<T>) {
    return T(std::fmod(Wide<T>(a), Wide<T>(b)));
  } else {
    auto rest = T(Wide<T>(a) - Wide<T>(divideWhole(a, b)) * Wide<T>(b));
    if constexpr (std::is_signed_v<T>)
      if (!signOfDividend && rest != 0 && (rest < 0) != (b < 0))
        rest = T(rest + b);
    return rest;
  }
}

/// Raises a whole number, widened to 64 bits, to a power that is one. The
/// result wraps around in the type T.
template <typename T> T powerOfWhole(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2 != 0)
      result *= base;
  return T(result);
}

/// Raises a number to a power, which is a double or an int64_t.
template <typename T, typename E> T power(T base, E exponent) {
  if constexpr (isFloating<T>) {
    return convertElement<T>(
        std::pow(convertElement<double>(base), double(exponent)));
  } else if constexpr (isFloating<E>) {
    return cutOff<T>(std::pow(double(base), exponent));
  } else {
    // A power below 1 is cut off to 0, unless the base is 1 or -1.
    bool hasInverse = base == T(1) || base == T(-1);
    return exponent < 0 && !hasInverse
               ? T(0)
               : powerOfWhole<T>(Wide<T>(base), Wide<E>(exponent));
  }
}

} // namespace

void add(Folding &folding) {
  foldTwo(folding,
          []<typename T>(T a, T b) { return T(Wide<T>(a) + Wide<T>(b)); });
}

void sub(Folding &folding) {
  foldTwo(folding,
          []<typename T>(T a, T b) { return T(Wide<T>(a) - Wide<T>(b)); });
}

void mul(Folding &folding) {
  foldTwo(folding,
          []<typename T>(T a, T b) { return T(Wide<T>(a) * Wide<T>(b)); });
}

void div(Folding &folding) {
  foldTwo(folding, [&]<typename T>(T a, T b) {
    if constexpr (isFloating<T>) {
      return T(Wide<T>(a) / Wide<T>(b));
    } else {
      if (b != 0)
        return divideWhole(a, b);
      folding.fail("it divides an integer by 0");
      return T(0);
    }
  });
}

void mod(Folding &folding) {
  bool signOfDividend = folding.integer("fmod", 0) != 0;
  if (isFloat(folding.type(0).element) && !signOfDividend)
    folding.fail("the attribute 'fmod' must be 1 for floats");
  foldTwo(folding, [&]<typename T>(T a, T b) {
    if constexpr (!isFloating<T>)
      if (b == 0) {
        folding.fail("it divides an integer by 0");
        return T(0);
      }
    return remainderOf(a, b, signOfDividend);
  });
}

void pow(Folding &folding) {
  std::optional<Extents> extents = broadcastOperands(folding, 0, 1);
  if (!extents)
    return;
  const Tensor &base = folding.tensor(0);
  // Exponents have a type of their own. All of its numbers are in one of two.
  const bool isFloating = isFloat(folding.type(1).element);
  std::optional<Tensor> exponent =
      castTensor(folding, folding.tensor(1),
                 isFloating ? ElementType::float64 : ElementType::int64);
  if (!exponent)
    return;
  folding.withNumbers(base.element(), [&]<typename T>() {
    auto raise = [&]<typename E>() {
      yieldIfMade(folding,
                  zipElements<T, E, T>(folding, base, *exponent,
                                       {base.element(), *extents},
                                       [](T a, E b) { return power(a, b); }));
    };
    isFloating ? raise.template operator()<double>()
               : raise.template operator()<int64_t>();
  });
}

void min(Folding &folding) {
  foldMany(folding, []<typename T>(T a, T b) {
    return choose(a, b, [](auto x, auto y) { return x < y; });
  });
}

void max(Folding &folding) {
  foldMany(folding, []<typename T>(T a, T b) {
    return choose(a, b, [](auto x, auto y) { return x > y; });
  });
}

void sum(Folding &folding) {
  foldMany(folding,
           []<typename T>(T a, T b) { return T(Wide<T>(a) + Wide<T>(b)); });
}

} // namespace layerpipe::onnx::ops
