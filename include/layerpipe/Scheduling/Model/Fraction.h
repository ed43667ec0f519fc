//===- Fraction.h - Exact rationals -----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are exact fractions of 64-bit integers, for the iteration bound and for
// bandwidths. Comparisons use 128-bit products, so they neither round nor
// overflow.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_FRACTION_H
#define LAYERPIPE_SCHEDULING_MODEL_FRACTION_H

#include <compare>
#include <cstdint>
#include <string>

namespace layerpipe::scheduling {

/// This is wide enough for every product of two 64-bit quantities.
using Wide = __int128;

/// A fraction is numerator / denominator, with denominator > 0 wherever it is a
/// value.
struct Fraction {
  int64_t numerator = 0;
  int64_t denominator = 1;

  friend bool operator==(const Fraction &a, const Fraction &b) {
    return Wide(a.numerator) * b.denominator ==
           Wide(b.numerator) * a.denominator;
  }
  friend std::strong_ordering operator<=>(const Fraction &a,
                                          const Fraction &b) {
    return Wide(a.numerator) * b.denominator <=>
           Wide(b.numerator) * a.denominator;
  }
};

/// Returns the same value in lowest terms.
Fraction reduce(Fraction value);

/// Returns ⌈value⌉.
int64_t ceil(Fraction value);

/// Returns "7" or "81/2".
std::string toString(Fraction value);

/// Returns ⌈numerator / denominator⌉ for denominator > 0 and either sign.
Wide ceilDiv(Wide numerator, Wide denominator);

/// Returns ⌊numerator / denominator⌋ for denominator > 0 and either sign.
Wide floorDiv(Wide numerator, Wide denominator);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_FRACTION_H
