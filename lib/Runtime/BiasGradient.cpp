//===- BiasGradient.cpp - Biases and their gradients ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bias' gradient sums over the batch and all positions of an image, often
// over more terms than f32 can count: oneDNN 2.7 is off by 4 % at four million
// equal terms. This file therefore sums in f64, which costs nothing beside
// reading the terms.
//
//===----------------------------------------------------------------------===//

#include "Clones.h"
#include "KernelParts.h"

#include <algorithm>

using namespace layerpipe::runtime;

/// Returns the sum of `count` numbers. Every eighth one goes into a lane of its
/// own, so that the loop vectorises; the lanes are added at the end.
LAYERPIPE_INLINE static double sumOf(const float *values, int64_t count) {
  constexpr int64_t width = 8;
  double lanes[width] = {};
  int64_t i = 0;
  for (; i + width <= count; i += width)
    for (int64_t lane = 0; lane < width; ++lane)
      lanes[lane] += double(values[i + lane]);
  double sum = 0;
  for (double lane : lanes)
    sum += lane;
  for (; i < count; ++i)
    sum += double(values[i]);
  return sum;
}

/// Computes db. `sums` has room for it.
LAYERPIPE_CLONES
static void sumUp(const BiasSizes &sizes, const float *dy, double *sums,
                  float *db) {
  std::fill_n(sums, sizes.channels, 0.0);
  for (int64_t n = 0; n < sizes.batch; ++n)
    if (sizes.positions == 1) // The loop along the channels vectorises here.
      for (int64_t c = 0; c < sizes.channels; ++c, ++dy)
        sums[c] += double(*dy);
    else
      for (int64_t c = 0; c < sizes.channels; ++c, dy += sizes.positions)
        sums[c] += sumOf(dy, sizes.positions);
  std::copy_n(sums, sizes.channels, db);
}

/// Adds the bias to y.
LAYERPIPE_CLONES
static void add(const BiasSizes &sizes, const float *bias, float *y) {
  for (int64_t n = 0; n < sizes.batch; ++n)
    for (int64_t c = 0; c < sizes.channels; ++c, y += sizes.positions)
      for (int64_t i = 0; i < sizes.positions; ++i)
        y[i] += bias[c];
}

namespace {

class BiasAddition final : public Kernel {
public:
  explicit BiasAddition(const BiasSizes &sizes) : sizes(sizes) {}

  void execute(void *const *args, void *) noexcept override {
    add(sizes, static_cast<const float *>(args[0]),
        static_cast<float *>(args[1]));
  }

private:
  BiasSizes sizes;
};

class BiasGradient final : public Kernel {
public:
  explicit BiasGradient(const BiasSizes &sizes) : sizes(sizes) {}

  size_t workspaceBytes() const override {
    return size_t(sizes.channels) * sizeof(double);
  }

  void execute(void *const *args, void *workspace) noexcept override {
    sumUp(sizes, static_cast<const float *>(args[0]),
          static_cast<double *>(workspace), static_cast<float *>(args[1]));
  }

private:
  BiasSizes sizes;
};

} // namespace

std::unique_ptr<Kernel>
layerpipe::runtime::makeBiasAddition(const BiasSizes &sizes) {
  return std::make_unique<BiasAddition>(sizes);
}

std::unique_ptr<Kernel>
layerpipe::runtime::makeBiasGradient(const BiasSizes &sizes) {
  return std::make_unique<BiasGradient>(sizes);
}
