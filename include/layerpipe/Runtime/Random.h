//===- Random.h - Random numbers by key -------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A random number is a function of (seed, stream, index), so that no result
// depends on the order or the thread in which numbers are drawn. The function
// is SplitMix64's output mixing, applied to the three parts one after another.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_RANDOM_H
#define LAYERPIPE_RUNTIME_RANDOM_H

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace layerpipe::runtime {

/// Mixes bits as SplitMix64 does, without losing any (Steele, Lea, Flood,
/// OOPSLA 2014).
constexpr uint64_t mixBits(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

constexpr uint64_t randomBits(uint64_t seed, uint64_t stream, uint64_t index) {
  return mixBits(mixBits(mixBits(seed) ^ stream) ^ index);
}

/// Each use has streams of its own. Parameter p's initial value is stream
/// `parameters + p`, epoch e's order `shuffling + e`, and what becomes of its
/// images `augmentation + e`.
struct RandomStream {
  static constexpr uint64_t parameters = uint64_t(1) << 32;
  static constexpr uint64_t shuffling = uint64_t(2) << 32;
  static constexpr uint64_t syntheticLabels = uint64_t(3) << 32;
  static constexpr uint64_t syntheticPixels = uint64_t(4) << 32;
  static constexpr uint64_t syntheticPrototypes = uint64_t(5) << 32;
  static constexpr uint64_t augmentation = uint64_t(6) << 32;
};

/// Returns a number uniform in [0, 1) from the upper 24 bits, which a float
/// holds exactly.
constexpr float uniformFloat(uint64_t bits) {
  return float(bits >> 40) * 0x1p-24f;
}

/// Shuffles by Fisher and Yates with the numbers of (seed, shuffling + epoch).
/// The remainder of 64 bits by at most 2^32 elements is biased by less than
/// 2^-32.
inline void shuffledOrder(uint64_t seed, uint64_t epoch,
                          std::vector<int64_t> &order) {
  std::iota(order.begin(), order.end(), 0);
  for (uint64_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1],
              order[randomBits(seed, RandomStream::shuffling + epoch, i) % i]);
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_RANDOM_H
