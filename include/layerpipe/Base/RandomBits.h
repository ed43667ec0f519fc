//===- RandomBits.h - Numbers by their place in a stream --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A random number is a function of where it is used, so that any of them can be
// made alone, in any order and on any machine.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_RANDOMBITS_H
#define LAYERPIPE_BASE_RANDOMBITS_H

#include <cstdint>

namespace layerpipe::base {

/// The bits are mixed with these numbers, which native code has, too.
struct MixConstants {
  static constexpr uint64_t increment = 0x9e3779b97f4a7c15;
  static constexpr uint64_t first = 0xbf58476d1ce4e5b9;
  static constexpr uint64_t second = 0x94d049bb133111eb;
};

/// Mixes bits as SplitMix64 does, without losing any (Steele, Lea, Flood,
/// OOPSLA 2014).
constexpr uint64_t mixBits(uint64_t x) {
  x += MixConstants::increment;
  x = (x ^ (x >> 30)) * MixConstants::first;
  x = (x ^ (x >> 27)) * MixConstants::second;
  return x ^ (x >> 31);
}

/// Returns the key of a stream of numbers: number k is mixBits(key ^ k).
constexpr uint64_t streamKey(uint64_t seed, uint64_t stream) {
  return mixBits(mixBits(seed) ^ stream);
}

/// These streams, one for each key of an op that draws, hold streams again:
/// that of iteration i has the key of their number i.
constexpr uint64_t drawStream(uint64_t key) {
  return (uint64_t(7) << 32) + key;
}

/// Returns a number uniform in [0, 1) from the upper 24 bits, which a float
/// holds exactly.
constexpr float uniformFloat(uint64_t bits) {
  return float(bits >> 40) * 0x1p-24f;
}

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_RANDOMBITS_H
