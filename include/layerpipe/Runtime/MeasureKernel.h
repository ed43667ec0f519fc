//===- MeasureKernel.h - How long a kernel takes ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This measures a kernel on this machine, alone on the calling thread, as a
// program would run it: prepared once, on memory that was used for other
// things since the last time.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_MEASUREKERNEL_H
#define LAYERPIPE_RUNTIME_MEASUREKERNEL_H

#include "layerpipe/Runtime/Kernel.h"

namespace layerpipe::runtime {

/// These are the times of one execution.
struct KernelTime {
  int64_t median; ///< In nanoseconds, at least 1.
  /// This is how far the samples are apart: half of them lie within so many
  /// nanoseconds (the distance of their quartiles).
  int64_t spread;
};

struct MeasureKernelOptions {
  int samples = 9;
  /// A sample executes the kernel as often as this takes, and at least once.
  int64_t sampleNanoseconds = 2'000'000;
  /// The arguments have so many copies, within `mostCopies`, that they take
  /// this much memory together; executions take them in turn. It is more than
  /// the second cache of common CPUs holds.
  int64_t bytesInTurn = 8 << 20;
  int64_t mostCopies = 64;
};

/// Prepares the kernel of `description` by its candidate and times it with the
/// calling thread's CPU. The arguments are random numbers. An error is that of
/// prepare(), or says that memory is short.
Result<KernelTime> measureKernel(KernelLibrary &library,
                                 const KernelDescription &description,
                                 const MeasureKernelOptions &options = {});

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_MEASUREKERNEL_H
