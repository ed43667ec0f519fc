//===- Conv2d.cpp - Reference kernels of convolutions ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are two-dimensional convolution (cross-correlation, as everywhere in
// the field) and its gradients, written as one walk over all pairs of an input
// element and the output element that it contributes to.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

/// Calls `visit(inputIndex, weightIndex, outputIndex)` for each product that
/// the convolution of one sample sums up, padding left out. Indices of the
/// input and of the output count from the sample's first element. The walk goes
/// tap by tap, and over the outputs in row-major order for each tap. That is
/// the order of the sums of all three functions below.
template <typename Visit>
static void forEachProduct(const ConvSizes &s, Visit visit) {
  const int64_t oh = s.outHeight(), ow = s.outWidth();
  int64_t weight = 0;
  for (int64_t o = 0; o < s.outChannels; ++o)
    for (int64_t c = 0; c < s.inChannels; ++c)
      for (int64_t ky = 0; ky < s.kernelH; ++ky)
        for (int64_t kx = 0; kx < s.kernelW; ++kx, ++weight)
          for (int64_t y = 0; y < oh; ++y) {
            int64_t iy = y * s.stride + ky - s.padding;
            if (iy < 0 || iy >= s.height)
              continue;
            for (int64_t x = 0; x < ow; ++x) {
              int64_t ix = x * s.stride + kx - s.padding;
              if (ix >= 0 && ix < s.width)
                visit((c * s.height + iy) * s.width + ix, weight,
                      (o * oh + y) * ow + x);
            }
          }
}

static int64_t imageSize(const ConvSizes &s) {
  return s.outHeight() * s.outWidth();
}
static int64_t inputPerSample(const ConvSizes &s) {
  return s.inChannels * s.height * s.width;
}
static int64_t outputPerSample(const ConvSizes &s) {
  return s.outChannels * imageSize(s);
}

/// Returns how much room the sums under way need: a sample's output, or a
/// sample's dx, or all of dw.
static size_t sumsBytes(int64_t count) {
  return size_t(count) * sizeof(double);
}

static void forward(const ConvSizes &s, const float *x, const float *w,
                    const float *b, float *y, double *sums) {
  const int64_t in = inputPerSample(s), out = outputPerSample(s);
  for (int64_t n = 0; n < s.batch; ++n, x += in, y += out) {
    for (int64_t o = 0; o < s.outChannels; ++o)
      std::fill_n(sums + o * imageSize(s), imageSize(s), b ? b[o] : 0.0);
    forEachProduct(s, [&](int64_t from, int64_t weight, int64_t to) {
      sums[to] += double(x[from]) * double(w[weight]);
    });
    std::copy_n(sums, out, y);
  }
}

static void gradInput(const ConvSizes &s, const float *dy, const float *w,
                      float *dx, double *sums) {
  const int64_t in = inputPerSample(s), out = outputPerSample(s);
  for (int64_t n = 0; n < s.batch; ++n, dx += in, dy += out) {
    std::fill_n(sums, in, 0.0);
    forEachProduct(s, [&](int64_t to, int64_t weight, int64_t from) {
      sums[to] += double(dy[from]) * double(w[weight]);
    });
    std::copy_n(sums, in, dx);
  }
}

/// Computes db = Σ dy over the batch and the output positions.
static void gradBias(const ConvSizes &s, const float *dy, float *db) {
  for (int64_t o = 0; o < s.outChannels; ++o) {
    double sum = 0;
    for (int64_t n = 0; n < s.batch; ++n)
      for (int64_t p = 0; p < imageSize(s); ++p)
        sum += dy[(n * s.outChannels + o) * imageSize(s) + p];
    db[o] = float(sum);
  }
}

static void gradWeight(const ConvSizes &s, const float *dy, const float *x,
                       float *dw, float *db, double *sums) {
  if (db)
    gradBias(s, dy, db);
  const int64_t in = inputPerSample(s), out = outputPerSample(s);
  std::fill_n(sums, s.weightElements(), 0.0);
  for (int64_t n = 0; n < s.batch; ++n, x += in, dy += out)
    forEachProduct(s, [&](int64_t image, int64_t weight, int64_t gradient) {
      sums[weight] += double(dy[gradient]) * double(x[image]);
    });
  std::copy_n(sums, s.weightElements(), dw);
}

namespace {

struct Conv2d final : Kernel {
  explicit Conv2d(const ConvSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override {
    return sumsBytes(outputPerSample(sizes));
  }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    const float *b = sizes.hasBias ? input(args, 2) : nullptr;
    forward(sizes, input(args, 0), input(args, 1), b,
            output(args, sizes.hasBias ? 3 : 2), sums);
  }
  ConvSizes sizes;
};

struct Conv2dGradInput final : Kernel {
  explicit Conv2dGradInput(const ConvSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override {
    return sumsBytes(inputPerSample(sizes));
  }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    gradInput(sizes, input(args, 0), input(args, 1), output(args, 2), sums);
  }
  ConvSizes sizes;
};

struct Conv2dGradWeight final : Kernel {
  explicit Conv2dGradWeight(const ConvSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override {
    return sumsBytes(sizes.weightElements());
  }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 2),
               sizes.hasBias ? output(args, 3) : nullptr, sums);
  }
  ConvSizes sizes;
};

struct Conv2dBackward final : Kernel {
  explicit Conv2dBackward(const ConvSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override {
    return sumsBytes(std::max(inputPerSample(sizes), sizes.weightElements()));
  }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    gradInput(sizes, input(args, 0), input(args, 2), output(args, 3), sums);
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 4),
               sizes.hasBias ? output(args, 5) : nullptr, sums);
  }
  ConvSizes sizes;
};

} // namespace

std::unique_ptr<Kernel> reference::make(const ConvOp &op) {
  switch (op.direction) {
  case Direction::Forward:
    return std::make_unique<Conv2d>(op.sizes);
  case Direction::GradInput:
    return std::make_unique<Conv2dGradInput>(op.sizes);
  case Direction::GradWeight:
    return std::make_unique<Conv2dGradWeight>(op.sizes);
  case Direction::Backward:
    break;
  }
  return std::make_unique<Conv2dBackward>(op.sizes);
}
