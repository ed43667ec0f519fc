//===- Ring.h - Where the values of a buffer lie ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_RING_H
#define LAYERPIPE_RUNTIME_RING_H

#include <cstddef>
#include <cstdint>

namespace layerpipe::runtime {

/// A ring has a slot for each of the latest values of a buffer.
struct Ring {
  std::byte *base = nullptr;
  int64_t stride = 0; ///< Slots lie so many bytes apart.
  int64_t slots = 1;

  /// Returns the slot of `iteration`, which may be negative.
  std::byte *slotOf(int64_t iteration) const {
    int64_t slot = iteration % slots;
    return base + (slot < 0 ? slot + slots : slot) * stride;
  }
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_RING_H
