//===- Conv2d.cpp - Reference kernels of convolutions ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two-dimensional convolution (cross-correlation, as everywhere in the field)
// and its gradients, written as one walk over all pairs of an input element
// and the output element that it contributes to.
//
//===----------------------------------------------------------------------===//

#include "../KernelSizes.h"
#include "Kernels.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

/// Calls `visit(inputIndex, weightIndex, outputIndex)` for each product that
/// the convolution sums up, padding left out, outputs in row-major order.
template <typename Visit>
static void forEachProduct(const ConvSizes &s, Visit visit) {
  const int64_t oh = s.outHeight(), ow = s.outWidth();
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t o = 0; o < s.outChannels; ++o)
      for (int64_t y = 0; y < oh; ++y)
        for (int64_t x = 0; x < ow; ++x)
          for (int64_t c = 0; c < s.inChannels; ++c)
            for (int64_t ky = 0; ky < s.kernelH; ++ky)
              for (int64_t kx = 0; kx < s.kernelW; ++kx) {
                int64_t iy = y * s.stride + ky - s.padding;
                int64_t ix = x * s.stride + kx - s.padding;
                if (iy < 0 || iy >= s.height || ix < 0 || ix >= s.width)
                  continue;
                visit(((n * s.inChannels + c) * s.height + iy) * s.width + ix,
                      ((o * s.inChannels + c) * s.kernelH + ky) * s.kernelW +
                          kx,
                      ((n * s.outChannels + o) * oh + y) * ow + x);
              }
}

static int64_t imageSize(const ConvSizes &s) {
  return s.outHeight() * s.outWidth();
}

static void forward(const ConvSizes &s, const float *x, const float *w,
                    const float *b, float *y) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t o = 0; o < s.outChannels; ++o)
      std::fill_n(y + (n * s.outChannels + o) * imageSize(s), imageSize(s),
                  b ? b[o] : 0.0f);
  forEachProduct(s, [&](int64_t in, int64_t weight, int64_t out) {
    y[out] += x[in] * w[weight];
  });
}

static void gradInput(const ConvSizes &s, const float *dy, const float *w,
                      float *dx) {
  std::fill_n(dx, s.inputElements(), 0.0f);
  forEachProduct(s, [&](int64_t in, int64_t weight, int64_t out) {
    dx[in] += dy[out] * w[weight];
  });
}

static void gradWeight(const ConvSizes &s, const float *dy, const float *x,
                       float *dw, float *db) {
  std::fill_n(dw, s.weightElements(), 0.0f);
  forEachProduct(s, [&](int64_t in, int64_t weight, int64_t out) {
    dw[weight] += dy[out] * x[in];
  });
  if (!db)
    return;
  std::fill_n(db, s.outChannels, 0.0f);
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t o = 0; o < s.outChannels; ++o)
      for (int64_t p = 0; p < imageSize(s); ++p)
        db[o] += dy[(n * s.outChannels + o) * imageSize(s) + p];
}

namespace {

struct Conv2d final : Kernel {
  explicit Conv2d(const ConvSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *b = sizes.hasBias ? input(args, 2) : nullptr;
    forward(sizes, input(args, 0), input(args, 1), b,
            output(args, sizes.hasBias ? 3 : 2));
  }
  ConvSizes sizes;
};

struct Conv2dGradInput final : Kernel {
  explicit Conv2dGradInput(const ConvSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    gradInput(sizes, input(args, 0), input(args, 1), output(args, 2));
  }
  ConvSizes sizes;
};

struct Conv2dGradWeight final : Kernel {
  explicit Conv2dGradWeight(const ConvSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 2),
               sizes.hasBias ? output(args, 3) : nullptr);
  }
  ConvSizes sizes;
};

struct Conv2dBackward final : Kernel {
  explicit Conv2dBackward(const ConvSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    gradInput(sizes, input(args, 0), input(args, 2), output(args, 3));
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 4),
               sizes.hasBias ? output(args, 5) : nullptr);
  }
  ConvSizes sizes;
};

} // namespace

MadeKernel reference::makeConv2d(const KernelDescription &description) {
  const std::string &op = description.op;
  if (op != "conv2d" && op != "conv2d_grad_input" &&
      op != "conv2d_grad_weight" && op != "conv2d_backward")
    return std::unique_ptr<Kernel>();
  Result<ConvSizes> sizes = convSizes(description);
  if (!sizes)
    return sizes.error();
  if (op == "conv2d")
    return std::unique_ptr<Kernel>(std::make_unique<Conv2d>(*sizes));
  if (op == "conv2d_grad_input")
    return std::unique_ptr<Kernel>(std::make_unique<Conv2dGradInput>(*sizes));
  if (op == "conv2d_grad_weight")
    return std::unique_ptr<Kernel>(std::make_unique<Conv2dGradWeight>(*sizes));
  return std::unique_ptr<Kernel>(std::make_unique<Conv2dBackward>(*sizes));
}
