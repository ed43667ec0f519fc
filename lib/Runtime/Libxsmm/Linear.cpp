//===- Linear.cpp - Dense layers by libxsmm -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dense layer's matrices are row-major, which is column-major for their
// transposes: yᵀ = w xᵀ, dxᵀ = wᵀ dyᵀ, dwᵀ = xᵀ dy. Where the batch is smaller
// than the layer, the weights are the largest matrix, and packing them costs
// most; y = x wᵀ packs the activations instead.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"
#include "Product.h"

#include <libxsmm.h>

using namespace layerpipe::runtime;
using libxsmm::Multiplier;

namespace {

class Linear final : public Kernel {
public:
  /// `a` and `b` are the arguments that the operands are.
  Linear(std::unique_ptr<Multiplier> multiplier, bool hasBias, size_t a,
         size_t b)
      : multiplier(std::move(multiplier)), hasBias(hasBias), a(a), b(b) {}

  size_t workspaceBytes() const override {
    return multiplier->workspaceBytes();
  }

  void execute(void *const *args, void *workspace) noexcept override {
    auto *bias = hasBias ? static_cast<const float *>(args[2]) : nullptr;
    multiplier->multiply(static_cast<const float *>(args[a]),
                         static_cast<const float *>(args[b]), bias,
                         static_cast<float *>(args[hasBias ? 3 : 2]),
                         static_cast<float *>(workspace));
  }

private:
  std::unique_ptr<Multiplier> multiplier;
  bool hasBias;
  size_t a, b;
};

} // namespace

/// Makes the kernel whose left operand is the second argument (w or x), or the
/// first one.
static Offer kernelOf(const LinearOp &op,
                      std::unique_ptr<Multiplier> multiplier, bool aIsSecond) {
  if (!multiplier)
    return Offer::refuse("libxsmm generates no code for this shape");
  const bool hasBias = op.direction == Direction::Forward && op.sizes.hasBias;
  return std::unique_ptr<Kernel>(std::make_unique<Linear>(
      std::move(multiplier), hasBias, aIsSecond, !aIsSecond));
}

static Offer noGenerator() {
  return Offer::refuse("libxsmm generates no code for this CPU, which lacks "
                       "AVX2");
}

Offer libxsmm::linear(const KernelOp &op) {
  if (!hasGenerator())
    return noGenerator();
  const auto &layer = std::get<LinearOp>(op);
  const int batch = int(layer.sizes.batch), in = int(layer.sizes.in),
            out = int(layer.sizes.out);
  if (layer.direction == Direction::GradInput)
    return kernelOf(
        layer,
        multiplierOfLargeA({in, batch, out, 1, in, out, false, in, false}),
        true);
  if (layer.direction == Direction::GradWeight)
    return kernelOf(
        layer,
        multiplierOfSmallA({in, out, batch, 1, in, out, true, in, false}),
        true);
  return kernelOf(
      layer, multiplierOfLargeA({out, batch, in, in, 1, in, false, out, false}),
      true);
}

Offer libxsmm::linearBySamples(const KernelOp &op) {
  if (!hasGenerator())
    return noGenerator();
  const auto &layer = std::get<LinearOp>(op);
  if (layer.direction != Direction::Forward)
    return Offer::refuse("it computes forward passes");
  const int batch = int(layer.sizes.batch), in = int(layer.sizes.in),
            out = int(layer.sizes.out);
  return kernelOf(
      layer, multiplierOfSmallA({batch, out, in, in, 1, in, false, out, true}),
      false);
}

std::string libxsmm::version() { return LIBXSMM_VERSION; }
