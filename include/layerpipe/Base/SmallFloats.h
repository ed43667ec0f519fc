//===- SmallFloats.h - Floats of 16 bits ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files hold floats of 16 bits in two formats: IEEE's half, which has 1 sign, 5
// exponent and 10 mantissa bits, and bfloat16, which is the upper half of a
// 32-bit float. These functions convert their bits.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_SMALLFLOATS_H
#define LAYERPIPE_BASE_SMALLFLOATS_H

#include <cstdint>

namespace layerpipe::base {

float halfToFloat(uint16_t half);
float bfloatToFloat(uint16_t bits);

/// Rounds to the nearest number of the format, and to the even one of two that
/// are equally near. A number that is too large becomes infinite, a NaN stays
/// one.
uint16_t floatToHalf(float value);
uint16_t floatToBfloat(float value);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_SMALLFLOATS_H
