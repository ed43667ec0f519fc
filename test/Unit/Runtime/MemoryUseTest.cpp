//===- MemoryUseTest.cpp - Is memory measured? ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryUse.h"
#include "Arena.h"

#include <gtest/gtest.h>

using namespace layerpipe::runtime;

TEST(MemoryGrowth, CountsPagesOnceTheyAreTouched) {
  constexpr int64_t bytes = int64_t(64) << 20;
  const MemoryGrowth growth;
  if (!growth.bytes())
    GTEST_SKIP() << "the system doesn't tell";
  auto arena = Arena::allocate(bytes);
  ASSERT_TRUE(arena);
  EXPECT_EQ(arena->residentBytes(), 0);
  const int64_t before = *growth.bytes();
  arena->clear();
  EXPECT_EQ(arena->residentBytes(), bytes);
  // Sanitizers touch memory of their own, too.
  EXPECT_GE(*growth.bytes() - before, bytes * 99 / 100);
}
