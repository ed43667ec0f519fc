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

#include "layerpipe/Base/RandomBits.h"

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace layerpipe::runtime {

/// Returns number `index` of a stream.
constexpr uint64_t randomBits(uint64_t seed, uint64_t stream, uint64_t index) {
  return base::mixBits(base::streamKey(seed, stream) ^ index);
}

/// Each use has streams of its own, and so have ops that draw, from number
/// drawStream(0). Parameter p's initial value is stream
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

using base::uniformFloat;

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
