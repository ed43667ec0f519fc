//===- WindowTest.cpp - Places of windows against counting ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random small windows. Whatever the arithmetic says about them is counted,
// position by position.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Window.h"

#include <gtest/gtest.h>

#include <random>

using layerpipe::base::WindowAxis;
using layerpipe::base::WindowRange;

namespace {

struct Case {
  WindowAxis axis;
  int64_t size;

  bool isInside(int64_t window, int64_t tap) const {
    const int64_t at = axis.under(window, tap);
    return at >= 0 && at < size;
  }
  bool isInPadded(int64_t window, int64_t tap) const {
    const int64_t at = axis.under(window, tap);
    return at >= -axis.padBegin && at < size + axis.padEnd;
  }
  /// Without ceil all of a window lies in the padded image. With it, less than
  /// a stride may stick out, and the window begins before the image's end.
  bool exists(int64_t window) const {
    const int64_t first = axis.under(window, 0);
    const int64_t last = axis.under(window, axis.kernel - 1);
    const int64_t beyond = last - (size + axis.padEnd - 1);
    return axis.ceil ? beyond < axis.stride && first < size : beyond <= 0;
  }
};

} // namespace

static Case randomCase(std::mt19937 &random) {
  auto draw = [&](int64_t least, int64_t greatest) {
    return least + int64_t(random() % uint64_t(greatest - least + 1));
  };
  return {{.kernel = draw(1, 4),
           .stride = draw(1, 4),
           .padBegin = draw(0, 5),
           .padEnd = draw(0, 5),
           .dilation = draw(1, 4),
           .ceil = draw(0, 1) == 1},
          draw(1, 9)};
}

template <typename Holds>
static WindowRange counted(int64_t count, Holds holds) {
  WindowRange range{0, 0};
  for (int64_t i = 0; i < count; ++i)
    if (holds(i)) {
      if (range.size() == 0)
        range.begin = i;
      range.end = i + 1;
    }
  return range;
}

/// Empty ranges may begin anywhere.
static void expectEqual(const WindowRange &a, const WindowRange &b) {
  EXPECT_EQ(a.size(), b.size());
  if (b.size() > 0)
    EXPECT_EQ(a.begin, b.begin);
}

static void checkWindow(const Case &c, int64_t window, bool &allSee) {
  auto inside = [&](int64_t tap) { return c.isInside(window, tap); };
  const WindowRange taps = counted(c.axis.kernel, inside);
  expectEqual(c.axis.tapsInside(window, c.size), taps);
  EXPECT_EQ(c.axis.countTaps(window, c.size, /*padded=*/false), taps.size());
  allSee &= taps.size() > 0;
  EXPECT_EQ(c.axis.countTaps(window, c.size, /*padded=*/true),
            counted(c.axis.kernel, [&](int64_t tap) {
              return c.isInPadded(window, tap);
            }).size());
}

static void checkTap(const Case &c, int64_t tap, int64_t windows) {
  expectEqual(c.axis.windowsInside(tap, c.size, windows),
              counted(windows,
                      [&](int64_t window) { return c.isInside(window, tap); }));
  for (int64_t position = 0; position < c.size; ++position) {
    int64_t found = -1;
    for (int64_t window = 0; window < windows; ++window)
      if (c.axis.under(window, tap) == position)
        found = window;
    EXPECT_EQ(c.axis.over(position, tap, windows), found);
  }
}

TEST(Window, PlacesAreThoseThatAreCounted) {
  std::mt19937 random(1);
  for (int round = 0; round < 5000 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const Case c = randomCase(random);
    int64_t windows = 0;
    while (c.exists(windows))
      ++windows;
    ASSERT_EQ(c.axis.windows(c.size), windows);
    bool allSee = true;
    for (int64_t window = 0; window < windows; ++window)
      checkWindow(c, window, allSee);
    EXPECT_EQ(c.axis.allSee(c.size), allSee);
    for (int64_t tap = 0; tap < c.axis.kernel; ++tap)
      checkTap(c, tap, windows);
  }
}

TEST(Window, NumbersHaveBounds) {
  EXPECT_TRUE(WindowAxis().isSensible());
  EXPECT_TRUE(WindowAxis{.kernel = WindowAxis::greatest}.isSensible());
  EXPECT_FALSE(WindowAxis{.kernel = 0}.isSensible());
  EXPECT_FALSE(WindowAxis{.stride = 0}.isSensible());
  EXPECT_FALSE(WindowAxis{.dilation = 0}.isSensible());
  EXPECT_FALSE(WindowAxis{.padBegin = -1}.isSensible());
  EXPECT_FALSE(WindowAxis{.padEnd = WindowAxis::greatest + 1}.isSensible());
}
