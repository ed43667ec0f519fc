//===- KernelParts.h - Kernels made of kernels ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Most candidates compute one product of a layer at a time. This file makes
// the kernels of a whole backward pass, of biases' gradients and of transposed
// convolutions from such parts, so that no candidate needs code for them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_KERNELPARTS_H
#define LAYERPIPE_LIB_RUNTIME_KERNELPARTS_H

#include "KernelCandidates.h"

namespace layerpipe::runtime {

/// Executes kernels one after another, each on some of the arguments.
class SequenceKernel final : public Kernel {
public:
  /// Adds a kernel whose argument i is the sequence's argument `arguments[i]`.
  void add(std::unique_ptr<Kernel> kernel, std::vector<size_t> arguments);

  size_t workspaceBytes() const override;
  std::vector<std::string> wantedWeights() const override;
  void execute(void *const *args, void *workspace) noexcept override;

private:
  struct Step {
    std::unique_ptr<Kernel> kernel;
    std::vector<size_t> arguments;
    std::vector<void *> addresses;
  };
  std::vector<Step> steps;
};

/// These are the sizes of dy, which is [batch, channels, positions].
struct BiasSizes {
  int64_t batch, channels, positions;
};

/// Makes the kernel of db = Σ dy over batch and positions: (dy) -> db.
std::unique_ptr<Kernel> makeBiasGradient(const BiasSizes &sizes);

/// Makes the kernel that adds a bias to y: (b) -> y.
std::unique_ptr<Kernel> makeBiasAddition(const BiasSizes &sizes);

/// Executes a kernel several times, each time on the next of equal parts of all
/// arguments. `elements` are those of one part's arguments.
class RepeatedKernel final : public Kernel {
public:
  RepeatedKernel(std::unique_ptr<Kernel> kernel, int64_t count,
                 std::vector<int64_t> elements)
      : kernel(std::move(kernel)), count(count), elements(std::move(elements)),
        addresses(this->elements.size()) {}

  size_t workspaceBytes() const override { return kernel->workspaceBytes(); }
  void execute(void *const *args, void *workspace) noexcept override;

private:
  std::unique_ptr<Kernel> kernel;
  int64_t count;
  std::vector<int64_t> elements;
  std::vector<void *> addresses;
};

/// Makes the op's kernel from parts. `part` is asked for Forward, GradInput and
/// for GradWeight without a bias, and never for a transposed convolution; ops
/// of other families go to it as they are. If it refuses a part, that is the
/// answer.
Offer inParts(const KernelOp &op, Offer (*part)(const KernelOp &op));

/// This is how a table names a candidate that makes parts.
template <Offer (*part)(const KernelOp &op)>
Offer fromParts(const KernelOp &op) {
  return inParts(op, part);
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELPARTS_H
