//===- Kernel.h - Heavy layer ops behind prepare and execute ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the interface between a compiled program and a library of kernels. A
// kernel is described by its op and sizes. It is prepared once before training,
// where a library may generate code and choose layouts, and executed every
// iteration without allocating. docs/runtime.md lists the ops, their attributes
// and the order of their arguments.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_KERNEL_H
#define LAYERPIPE_RUNTIME_KERNEL_H

#include "layerpipe/Runtime/Result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::runtime {

/// A description says what a kernel computes, by an op's name and its integer
/// attributes, and may say who computes it.
struct KernelDescription {
  std::string op;
  std::map<std::string, int64_t> attributes;
  /// This names one of the library's candidates, `onednn.any`. Without a name
  /// the library takes its default, which gives the same bits everywhere.
  std::string candidate = {};
  /// Weights, and their gradients, lie so (base::WeightLayout); without a text
  /// they lie in rows.
  std::string weights = {};

  /// Returns the description for messages: `linear(batch=64, has_bias=1,
  /// in=784, out=512)`.
  std::string toString() const;
};

/// This is a prepared kernel. One instance is executed by one thread at a time.
class Kernel {
public:
  virtual ~Kernel() = default;

  /// Returns how many bytes of scratch memory execute() needs, 64-byte aligned.
  /// They hold nothing between two executions, so kernels of one thread may
  /// share them.
  virtual size_t workspaceBytes() const { return 0; }

  /// Returns the layouts of weights in which the kernel works, where they are
  /// not rows: it would take the weights so, or make their gradients so,
  /// without moving elements before or after.
  virtual std::vector<std::string> wantedWeights() const { return {}; }

  /// Runs on `args`, which are the inputs, then the outputs. The same arguments
  /// give the same bits, whatever the workspace holds.
  virtual void execute(void *const *args, void *workspace) noexcept = 0;
};

/// A library makes kernels.
class KernelLibrary {
public:
  virtual ~KernelLibrary() = default;

  virtual std::string_view name() const = 0;

  /// Prepares the kernel of `description` by its candidate, or by the library's
  /// default. An error names an unknown op, an attribute that is missing,
  /// unknown or senseless, or a candidate that is unknown or can't make this
  /// kernel on this machine.
  virtual Result<std::unique_ptr<Kernel>>
  prepare(const KernelDescription &description) = 0;

  /// Returns the names of the candidates that can make the kernel of
  /// `description` on this machine, in a fixed order, whichever candidate it
  /// names. There are none where the description is wrong.
  virtual std::vector<std::string_view>
  candidatesFor(const KernelDescription &description) = 0;

  /// Returns the versions of the libraries that make its kernels, by name.
  virtual std::map<std::string, std::string> versions() { return {}; }

  /// Makes the library single-threaded in the calling thread. Each thread that
  /// will execute kernels must call this once.
  virtual void prepareThread() {}
};

/// Returns the library whose kernels are plain loops.
KernelLibrary &referenceKernelLibrary();

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_KERNEL_H
