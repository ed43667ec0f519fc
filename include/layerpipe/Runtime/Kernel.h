//===- Kernel.h - Heavy layer ops behind prepare and execute ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interface between a compiled program and a library of kernels. A kernel
// is described by its op and sizes, prepared once before training (where a
// library may generate code and choose layouts), and executed every iteration
// without allocating. docs/runtime.md lists the ops, their attributes and the
// order of their arguments.
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

namespace layerpipe::runtime {

/// What a kernel computes: an op's name and its integer attributes.
struct KernelDescription {
  std::string op;
  std::map<std::string, int64_t> attributes;

  /// For messages: `linear(batch=64, has_bias=1, in=784, out=512)`.
  std::string toString() const;
};

/// How an argument lies in memory.
enum class Layout {
  Plain ///< Row-major; images NCHW; weights [out, in] or [out, in, kh, kw].
};

/// A prepared kernel. One instance is executed by one thread at a time.
class Kernel {
public:
  virtual ~Kernel() = default;

  /// Bytes of scratch memory that execute() needs, 64-byte aligned. They hold
  /// nothing between two executions, so kernels of one thread may share them.
  virtual size_t workspaceBytes() const { return 0; }

  /// The layout that argument `index` must have.
  virtual Layout argumentLayout(size_t index) const { return Layout::Plain; }

  /// Runs on `args`: the inputs, then the outputs. The same arguments give the
  /// same bits, whatever the workspace holds.
  virtual void execute(void *const *args, void *workspace) noexcept = 0;
};

/// A maker of kernels.
class KernelLibrary {
public:
  virtual ~KernelLibrary() = default;

  virtual std::string_view name() const = 0;

  /// The kernel of `description`; an error names an unknown op, or an attribute
  /// that is missing, unknown or senseless.
  virtual Result<std::unique_ptr<Kernel>>
  prepare(const KernelDescription &description) = 0;

  /// To be called once by each thread that will execute kernels: makes the
  /// library single-threaded there.
  virtual void prepareThread() {}
};

/// Plain loops.
KernelLibrary &referenceKernelLibrary();

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_KERNEL_H
