//===- Fraction.cpp - Exact rationals -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the arithmetic of fractions, and integer split rule that rounds
// towards a named side.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/Fraction.h"

#include <fmt/format.h>

#include <numeric>

namespace layerpipe::scheduling {

Fraction reduce(Fraction value) {
  int64_t divisor = std::gcd(value.numerator, value.denominator);
  if (divisor > 1)
    return {value.numerator / divisor, value.denominator / divisor};
  return value;
}

int64_t ceil(Fraction value) {
  return static_cast<int64_t>(ceilDiv(value.numerator, value.denominator));
}

std::string toString(Fraction value) {
  Fraction reduced = reduce(value);
  if (reduced.denominator == 1)
    return fmt::format("{}", reduced.numerator);
  return fmt::format("{}/{}", reduced.numerator, reduced.denominator);
}

Wide ceilDiv(Wide numerator, Wide denominator) {
  Wide quotient = numerator / denominator;
  return quotient + (numerator % denominator > 0 ? 1 : 0);
}

Wide floorDiv(Wide numerator, Wide denominator) {
  Wide quotient = numerator / denominator;
  return quotient - (numerator % denominator < 0 ? 1 : 0);
}

} // namespace layerpipe::scheduling
