//===- Window.h - Where windows lie on an image -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Convolutions and pooling look at an image through windows. This is the
// arithmetic of their places, which ops, interpreter and kernels share.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_WINDOW_H
#define LAYERPIPE_BASE_WINDOW_H

#include <algorithm>
#include <cstdint>

namespace layerpipe::base {

/// These are the numbers from `begin` to `end` − 1.
struct WindowRange {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};

/// These are windows along one dimension. The taps of a window are its
/// elements; they lie `dilation` apart. Window o begins at the image's position
/// o · stride − padBegin.
struct WindowAxis {
  /// None of the numbers may be greater, so that sums and products of two of
  /// them don't overflow.
  static constexpr int64_t greatest = int64_t(1) << 24;

  int64_t kernel = 1; ///< A window has so many taps.
  int64_t stride = 1;
  int64_t padBegin = 0, padEnd = 0;
  int64_t dilation = 1;
  /// A last window may reach beyond the padding, and none begins behind the
  /// image's end.
  bool ceil = false;

  bool operator==(const WindowAxis &) const = default;

  /// Returns whether all numbers have a meaning. The other functions assume
  /// it.
  bool isSensible() const {
    auto within = [](int64_t number, int64_t least) {
      return least <= number && number <= greatest;
    };
    return within(kernel, 1) && within(stride, 1) && within(padBegin, 0) &&
           within(padEnd, 0) && within(dilation, 1);
  }

  /// Returns how far it is from a window's first position to its last, both
  /// included.
  int64_t reach() const { return (kernel - 1) * dilation + 1; }

  /// Returns how many windows an image of that size has: the result's size.
  int64_t windows(int64_t size) const {
    int64_t room = size + padBegin + padEnd - reach();
    if (!ceil)
      return room < 0 ? 0 : room / stride + 1;
    return std::clamp<int64_t>(upwards(room, stride) + 1, 0,
                               upwards(size + padBegin, stride));
  }

  /// Returns the image's position under tap `tap` of window `window`. It may
  /// lie in the padding, outside 0 … size − 1.
  int64_t under(int64_t window, int64_t tap) const {
    return window * stride + tap * dilation - padBegin;
  }

  /// Returns the window, one of so many, whose tap `tap` lies on that position
  /// of the image, or -1.
  int64_t over(int64_t position, int64_t tap, int64_t windows) const {
    int64_t distance = position + padBegin - tap * dilation;
    if (distance < 0 || distance % stride != 0 || distance / stride >= windows)
      return -1;
    return distance / stride;
  }

  /// Returns the windows, among so many, whose tap `tap` lies in an image of
  /// that size.
  WindowRange windowsInside(int64_t tap, int64_t size, int64_t windows) const {
    return multiplesWithin(tap * dilation - padBegin, stride, 0, size, windows);
  }

  /// Returns the window's taps that lie in an image of that size.
  WindowRange tapsInside(int64_t window, int64_t size) const {
    return multiplesWithin(window * stride - padBegin, dilation, 0, size,
                           kernel);
  }

  /// Returns how many of the window's taps lie in an image of that size, or
  /// `padded`, in the image and its padding.
  int64_t countTaps(int64_t window, int64_t size, bool padded) const {
    if (!padded)
      return tapsInside(window, size).size();
    return multiplesWithin(window * stride - padBegin, dilation, -padBegin,
                           size + padEnd, kernel)
        .size();
  }

  /// Returns whether each window has a tap in an image of that size.
  bool allSee(int64_t size) const {
    const int64_t count = windows(size);
    // Taps that lie closer together than the image is large can't skip it, and
    // then only the first and the last window may miss it.
    const int64_t step = dilation <= size ? std::max<int64_t>(count - 1, 1) : 1;
    for (int64_t window = 0; window < count; window += step)
      if (tapsInside(window, size).size() == 0)
        return false;
    return true;
  }

  /// Returns whether nothing but kernel and stride matters: windows lie side by
  /// side, without padding.
  bool isPlain() const {
    return padBegin == 0 && padEnd == 0 && dilation == 1 && !ceil;
  }

private:
  /// Returns a / b, rounded up, for positive b.
  static int64_t upwards(int64_t a, int64_t b) {
    return a > 0 ? (a - 1) / b + 1 : a / b;
  }
  /// Returns which i of 0 … count − 1 have start + i · step in low … high − 1.
  static WindowRange multiplesWithin(int64_t start, int64_t step, int64_t low,
                                     int64_t high, int64_t count) {
    int64_t begin = std::clamp<int64_t>(upwards(low - start, step), 0, count);
    return {begin, std::clamp(upwards(high - start, step), begin, count)};
  }
};

struct Window2d {
  WindowAxis h, w;

  bool operator==(const Window2d &) const = default;
  bool isSensible() const { return h.isSensible() && w.isSensible(); }
  bool isPlain() const { return h.isPlain() && w.isPlain(); }
  int64_t taps() const { return h.kernel * w.kernel; }
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_WINDOW_H
