//===- KernelTrial.h - Executing a kernel to time it ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A trial executes a prepared kernel on copies of its arguments in turn, so
// that it finds them in the caches as a program's task does: used for other
// things since the last time.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_KERNELTRIAL_H
#define LAYERPIPE_LIB_RUNTIME_KERNELTRIAL_H

#include "Arena.h"
#include "KernelOp.h"

#include "layerpipe/Runtime/MeasureKernel.h"

namespace layerpipe::runtime {

/// These are copies of a kernel's arguments in one memory. All kernels of one
/// description can take them.
class ArgumentCopies {
public:
  /// Allocates the memory and fills it with numbers from 0 to 1, and class
  /// labels with classes. An error says that memory is short.
  static Result<ArgumentCopies> create(const KernelOp &op,
                                       const MeasureKernelOptions &options);

  void *const *next() {
    turn = turn + 1 < addresses.size() ? turn + 1 : 0;
    return addresses[turn].data();
  }

private:
  Arena memory;
  std::vector<std::vector<void *>> addresses;
  size_t turn = 0;
};

/// This is a prepared kernel with its workspace.
class KernelTrial {
public:
  /// Prepares the kernel of `description`. An error is that of prepare(), or
  /// says that memory is short.
  static Result<KernelTrial> create(KernelLibrary &library,
                                    const KernelDescription &description);

  /// Returns how many nanoseconds of the calling thread's CPU `count`
  /// executions take together.
  int64_t time(ArgumentCopies &arguments, int64_t count);

private:
  std::unique_ptr<Kernel> kernel;
  Arena workspace;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELTRIAL_H
