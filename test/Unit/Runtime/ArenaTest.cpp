//===- ArenaTest.cpp - Tests of the runtime's memory ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

using namespace layerpipe::runtime;

/// Below, at and above the size from which on huge pages are asked for, in
/// multiples of pages and not.
TEST(Arena, IsZeroAtAlignedAddressesAndAsLargeAsAsked) {
  constexpr int64_t huge = int64_t(2) << 20;
  for (int64_t bytes : {int64_t(0), int64_t(1), int64_t(4096), huge - 1, huge,
                        huge + 1, 3 * huge + 12345}) {
    SCOPED_TRACE(bytes);
    Result<Arena> arena = Arena::allocate(bytes);
    ASSERT_TRUE(arena);
    std::byte *begin = arena->data(), *end = begin + bytes;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(begin) % (bytes < huge ? 4096 : huge),
              0u);
    auto isZero = [](std::byte value) { return value == std::byte(0); };
    EXPECT_TRUE(std::all_of(begin, end, isZero));
    std::fill(begin, end, std::byte(7));
    arena->clear();
    EXPECT_TRUE(std::all_of(begin, end, isZero));
  }
}

TEST(Arena, SaysHowMuchItCouldNotGet) {
  for (int64_t bytes : {std::numeric_limits<int64_t>::max(),
                        std::numeric_limits<int64_t>::max() / 2}) {
    Result<Arena> arena = Arena::allocate(bytes);
    ASSERT_FALSE(arena);
    EXPECT_NE(arena.error().message.find("can't allocate " +
                                         std::to_string(bytes) + " bytes"),
              std::string::npos);
  }
}
