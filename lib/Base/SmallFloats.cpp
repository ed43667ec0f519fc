//===- SmallFloats.cpp - Floats of 16 bits --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/SmallFloats.h"

#include <bit>
#include <cmath>

namespace layerpipe::base {

float halfToFloat(uint16_t half) {
  uint32_t sign = uint32_t(half & 0x8000) << 16;
  uint32_t exponent = half >> 10 & 0x1F, mantissa = half & 0x3FF;
  if (exponent == 0) { // It is zero or subnormal, a multiple of 2^-24.
    float magnitude = std::ldexp(float(mantissa), -24);
    return sign ? -magnitude : magnitude;
  }
  constexpr uint32_t biasDifference = 127 - 15;
  uint32_t wide = exponent == 0x1F ? 0xFF : exponent + biasDifference;
  return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

float bfloatToFloat(uint16_t bits) {
  return std::bit_cast<float>(uint32_t(bits) << 16);
}

/// Drops the last `count` bits and rounds to the nearest even number. A carry
/// out of the mantissa makes the next exponent, which is the right number.
static uint32_t dropBits(uint32_t bits, unsigned count) {
  uint32_t half = (1u << (count - 1)) - 1, odd = bits >> count & 1;
  return (bits + half + odd) >> count;
}

uint16_t floatToHalf(float value) {
  auto bits = std::bit_cast<uint32_t>(value);
  uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF;
  constexpr uint32_t infinite = 0x7F800000, tooLarge = 0x47800000; // 2^16
  constexpr uint32_t smallestNormal = 0x38800000;                  // 2^-14
  if (magnitude > infinite)
    return sign | 0x7E00;
  if (magnitude >= tooLarge)
    return sign | 0x7C00;
  if (magnitude < smallestNormal) {
    // Adding 0.5 leaves the multiples of 2^-24 in a float's last bits, rounded.
    float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return sign | (std::bit_cast<uint32_t>(shifted) - 0x3F000000);
  }
  constexpr uint32_t biasDifference = (127 - 15) << 23;
  return sign | dropBits(magnitude - biasDifference, 13);
}

uint16_t floatToBfloat(float value) {
  auto bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return bits >> 16 | 0x40;
  return dropBits(bits, 16);
}

} // namespace layerpipe::base
