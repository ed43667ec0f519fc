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

using namespace layerpipe;
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
  const base::WindowAxis &rows = s.window.h, &columns = s.window.w;
  int64_t weight = 0;
  for (int64_t o = 0; o < s.outChannels; ++o) {
    const int64_t first = o / s.outPerGroup() * s.inPerGroup();
    for (int64_t c = first; c < first + s.inPerGroup(); ++c)
      for (int64_t ky = 0; ky < rows.kernel; ++ky)
        for (int64_t kx = 0; kx < columns.kernel; ++kx, ++weight) {
          const auto ys = rows.windowsInside(ky, s.height, oh);
          const auto xs = columns.windowsInside(kx, s.width, ow);
          for (int64_t y = ys.begin; y < ys.end; ++y)
            for (int64_t x = xs.begin; x < xs.end; ++x)
              visit((c * s.height + rows.under(y, ky)) * s.width +
                        columns.under(x, kx),
                    weight, (o * oh + y) * ow + x);
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

/// Computes dx. Its sums start with a bias where there is one, as a transposed
/// convolution has it.
static void gradInput(const ConvSizes &s, const float *dy, const float *w,
                      const float *b, float *dx, double *sums) {
  const int64_t in = inputPerSample(s), out = outputPerSample(s);
  const int64_t size = s.height * s.width;
  for (int64_t n = 0; n < s.batch; ++n, dx += in, dy += out) {
    for (int64_t c = 0; c < s.inChannels; ++c)
      std::fill_n(sums + c * size, size, b ? b[c] : 0.0);
    forEachProduct(s, [&](int64_t to, int64_t weight, int64_t from) {
      sums[to] += double(dy[from]) * double(w[weight]);
    });
    std::copy_n(sums, in, dx);
  }
}

/// Computes db = Σ dy over the batch and the positions.
static void gradBias(int64_t batch, int64_t channels, int64_t positions,
                     const float *dy, float *db) {
  for (int64_t o = 0; o < channels; ++o) {
    double sum = 0;
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t p = 0; p < positions; ++p)
        sum += dy[(n * channels + o) * positions + p];
    db[o] = float(sum);
  }
}

static void gradWeight(const ConvSizes &s, const float *dy, const float *x,
                       float *dw, double *sums) {
  const int64_t in = inputPerSample(s), out = outputPerSample(s);
  std::fill_n(sums, s.weightElements(), 0.0);
  for (int64_t n = 0; n < s.batch; ++n, x += in, dy += out)
    forEachProduct(s, [&](int64_t image, int64_t weight, int64_t gradient) {
      sums[weight] += double(dy[gradient]) * double(x[image]);
    });
  std::copy_n(sums, s.weightElements(), dw);
}

namespace {

/// A transposed convolution swaps the roles of the convolution's image and
/// output.
class Conv2d final : public Kernel {
public:
  explicit Conv2d(const ConvOp &op)
      : direction(op.direction), transposed(op.transposed), s(op.sizes) {}

  size_t workspaceBytes() const override {
    // This is room for the sums under way: of a sample's output or dx, or of
    // dw.
    return sizeof(double) *
           size_t(std::max(
               {inputPerSample(s), outputPerSample(s), s.weightElements()}));
  }

  void execute(void *const *args, void *workspace) noexcept override {
    sums = static_cast<double *>(workspace);
    switch (direction) {
    case Direction::Forward: // (x, w, b?) -> y
      return enlargeOrConvolve(transposed, input(args, 0), input(args, 1),
                               s.hasBias ? input(args, 2) : nullptr,
                               output(args, s.hasBias ? 3 : 2));
    case Direction::GradInput: // (dy, w) -> dx
      return enlargeOrConvolve(!transposed, input(args, 0), input(args, 1),
                               nullptr, output(args, 2));
    case Direction::GradWeight: // (dy, x) -> dw, db?
      return gradients(args, 2);
    case Direction::Backward: // (dy, x, w) -> dx, dw, db?
      enlargeOrConvolve(!transposed, input(args, 0), input(args, 2), nullptr,
                        output(args, 3));
      return gradients(args, 4);
    }
  }

private:
  void enlargeOrConvolve(bool enlarge, const float *from, const float *w,
                         const float *b, float *to) {
    if (enlarge)
      gradInput(s, from, w, b, to, sums);
    else
      forward(s, from, w, b, to, sums);
  }
  /// Computes the gradients of the weights, the first of which is argument
  /// `first`, of dy and x.
  void gradients(void *const *args, size_t first) {
    const float *dy = input(args, 0), *x = input(args, 1);
    gradWeight(s, transposed ? x : dy, transposed ? dy : x, output(args, first),
               sums);
    if (s.hasBias && transposed)
      gradBias(s.batch, s.inChannels, s.height * s.width, dy,
               output(args, first + 1));
    else if (s.hasBias)
      gradBias(s.batch, s.outChannels, imageSize(s), dy,
               output(args, first + 1));
  }

  Direction direction;
  bool transposed;
  ConvSizes s;
  double *sums = nullptr;
};

} // namespace

std::unique_ptr<Kernel> reference::make(const ConvOp &op) {
  return std::make_unique<Conv2d>(op);
}
