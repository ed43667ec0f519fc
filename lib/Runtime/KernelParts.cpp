//===- KernelParts.cpp - Kernels made of kernels --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A whole backward pass takes dy, x and w and gives dx, dw and, with a bias,
// db. It is the gradient of the input, then that of the weights, then that of
// the bias. A transposed convolution has the roles of input and output swapped.
//
//===----------------------------------------------------------------------===//

#include "KernelParts.h"

#include <algorithm>

using namespace layerpipe::runtime;

void SequenceKernel::add(std::unique_ptr<Kernel> kernel,
                         std::vector<size_t> arguments) {
  std::vector<void *> addresses(arguments.size());
  steps.push_back(
      {std::move(kernel), std::move(arguments), std::move(addresses)});
}

size_t SequenceKernel::workspaceBytes() const {
  size_t most = 0;
  for (const Step &step : steps)
    most = std::max(most, step.kernel->workspaceBytes());
  return most;
}

std::vector<std::string> SequenceKernel::wantedWeights() const {
  std::vector<std::string> wanted;
  for (const Step &step : steps)
    for (std::string &own : step.kernel->wantedWeights())
      wanted.push_back(std::move(own));
  return wanted;
}

void SequenceKernel::execute(void *const *args, void *workspace) noexcept {
  for (Step &step : steps) {
    for (size_t i = 0; i < step.arguments.size(); ++i)
      step.addresses[i] = args[step.arguments[i]];
    step.kernel->execute(step.addresses.data(), workspace);
  }
}

void RepeatedKernel::execute(void *const *args, void *workspace) noexcept {
  for (int64_t part = 0; part < count; ++part) {
    for (size_t i = 0; i < elements.size(); ++i)
      addresses[i] = static_cast<float *>(args[i]) + part * elements[i];
    kernel->execute(addresses.data(), workspace);
  }
}

static BiasSizes biasOf(const LinearSizes &s) { return {s.batch, s.out, 1}; }
static BiasSizes biasOf(const ConvSizes &s) {
  return {s.batch, s.outChannels, s.outHeight() * s.outWidth()};
}

/// Makes a kernel of dy, x and maybe w by its parts. `gradients` is the index
/// of its first output.
template <typename Op>
static Offer backward(const Op &op, size_t gradients,
                      Offer (*part)(const KernelOp &)) {
  auto sequence = std::make_unique<SequenceKernel>();
  Op one = op;
  one.sizes.hasBias = false;
  if (op.direction == Direction::Backward) {
    one.direction = Direction::GradInput;
    Offer gradInput = part(one);
    if (!gradInput)
      return gradInput;
    sequence->add(std::move(gradInput.kernel), {0, 2, gradients++});
  }
  one.direction = Direction::GradWeight;
  Offer gradWeight = part(one);
  if (!gradWeight)
    return gradWeight;
  sequence->add(std::move(gradWeight.kernel), {0, 1, gradients++});
  if (op.sizes.hasBias)
    sequence->add(makeBiasGradient(biasOf(op.sizes)), {0, gradients});
  return std::unique_ptr<Kernel>(std::move(sequence));
}

namespace {

/// Makes a kernel of a transposed convolution from those of the convolution.
class TransposedParts {
public:
  TransposedParts(const ConvOp &op, Offer (*part)(const KernelOp &))
      : op(op), part(part) {}

  Offer make();

private:
  /// Adds the convolution's kernel of that direction, unless it, or one before
  /// it, is refused.
  void add(Direction direction, std::vector<size_t> arguments);
  const ConvOp &op;
  Offer (*part)(const KernelOp &);
  std::unique_ptr<SequenceKernel> sequence = std::make_unique<SequenceKernel>();
  std::string refusal;
};

} // namespace

void TransposedParts::add(Direction direction, std::vector<size_t> arguments) {
  if (!refusal.empty())
    return;
  ConvOp one = op;
  one.direction = direction;
  one.transposed = one.sizes.hasBias = false;
  Offer made = part(one);
  if (made)
    sequence->add(std::move(made.kernel), std::move(arguments));
  else
    refusal = made.refusal;
}

Offer TransposedParts::make() {
  const ConvSizes &s = op.sizes;
  const BiasSizes bias = {s.batch, s.inChannels, s.height * s.width};
  switch (op.direction) {
  case Direction::Forward: // (x, w, b?) -> y
    add(Direction::GradInput, {0, 1, s.hasBias ? 3u : 2u});
    if (s.hasBias)
      sequence->add(makeBiasAddition(bias), {2, 3});
    break;
  case Direction::GradInput: // (dy, w) -> dx
    add(Direction::Forward, {0, 1, 2});
    break;
  case Direction::GradWeight: // (dy, x) -> dw, db?
    add(Direction::GradWeight, {1, 0, 2});
    if (s.hasBias)
      sequence->add(makeBiasGradient(bias), {0, 3});
    break;
  case Direction::Backward: // (dy, x, w) -> dx, dw, db?
    add(Direction::Forward, {0, 2, 3});
    add(Direction::GradWeight, {1, 0, 4});
    if (s.hasBias)
      sequence->add(makeBiasGradient(bias), {0, 5});
    break;
  }
  if (!refusal.empty())
    return Offer::refuse(refusal);
  return std::unique_ptr<Kernel>(std::move(sequence));
}

template <typename Op>
static Offer layer(const Op &op, Offer (*part)(const KernelOp &)) {
  if (op.direction == Direction::Backward)
    return backward(op, 3, part);
  if (op.direction == Direction::GradWeight && op.sizes.hasBias)
    return backward(op, 2, part);
  return part(op);
}

Offer layerpipe::runtime::inParts(const KernelOp &op,
                                  Offer (*part)(const KernelOp &op)) {
  if (const auto *linear = std::get_if<LinearOp>(&op))
    return layer(*linear, part);
  if (const auto *conv = std::get_if<ConvOp>(&op))
    return conv->transposed ? TransposedParts(*conv, part).make()
                            : layer(*conv, part);
  return part(op);
}
