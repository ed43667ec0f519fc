//===- Clones.h - One function for several kinds of CPU ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop that is worth it is compiled for several kinds of CPU, and the one
// that fits is chosen when the program starts. Such a function must give the
// same bits in its x86-64-v3 and x86-64-v4 forms: sums have their order
// written out, in lanes of a fixed number, and the compiler joins the same
// products and sums (-ffp-contract=on, its default) where either has fused
// instructions.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_CLONES_H
#define LAYERPIPE_LIB_RUNTIME_CLONES_H

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#define LAYERPIPE_CLONES                                                       \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LAYERPIPE_CLONES
#endif
/// Such a function becomes part of its caller, and of each form of it.
#define LAYERPIPE_INLINE [[gnu::always_inline]] inline

/// The same for a lambda.
#define LAYERPIPE_INLINE_LAMBDA __attribute__((always_inline))

namespace layerpipe::runtime {

/// These are 16 floats that are computed with at once: one register of AVX-512,
/// two of AVX2.
using Lanes = float __attribute__((vector_size(64)));
inline constexpr int64_t laneCount = 16;

/// Returns 16 floats that may begin at any address.
LAYERPIPE_INLINE void load(Lanes &lanes, const float *from) {
  std::memcpy(&lanes, from, sizeof lanes);
}
LAYERPIPE_INLINE void store(const Lanes &lanes, float *to) {
  std::memcpy(to, &lanes, sizeof lanes);
}

/// Returns the last `count` of 16 floats that end at `end`, with zeros before
/// them.
LAYERPIPE_INLINE void loadLast(Lanes &lanes, const float *end, int64_t count) {
  using Masks = int32_t __attribute__((vector_size(64)));
  static constexpr int32_t kept[2 * laneCount] = {
      0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  Masks bits, mask;
  std::memcpy(&bits, end - laneCount, sizeof bits);
  std::memcpy(&mask, kept + count, sizeof mask);
  bits &= mask;
  std::memcpy(&lanes, &bits, sizeof lanes);
}

/// Returns the lanes' sum, in an order that doesn't depend on the CPU.
LAYERPIPE_INLINE float sumOf(const Lanes &lanes) {
  float sums[laneCount];
  store(lanes, sums);
  for (int64_t half = laneCount / 2; half > 0; half /= 2)
    for (int64_t i = 0; i < half; ++i)
      sums[i] += sums[i + half];
  return sums[0];
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_CLONES_H
