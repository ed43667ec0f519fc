//===- MeasuredKernel.h - Which candidate is the fastest --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The times of a kernel's candidates, as they were measured side by side, and
// the rule that chooses one of them. The rule is a function of the times, so
// that whoever reads them from a file chooses the same.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_MEASUREDKERNEL_H
#define LAYERPIPE_RUNTIME_MEASUREDKERNEL_H

#include "layerpipe/Runtime/Kernel.h"
#include "layerpipe/Runtime/MeasureKernel.h"

#include <functional>
#include <optional>

namespace layerpipe::runtime {

/// These are the times of one execution by a candidate, in nanoseconds and at
/// least 1. The median of all executions lies between `low` and `high` with a
/// confidence of 95 %, or of 75 % for kernels of more than 5 ms.
struct CandidateTime {
  std::string candidate;
  int64_t median = 1;
  int64_t low = 1;
  int64_t high = 1;
};

/// These are the candidates of a kernel that were not clearly slower than
/// another one.
struct MeasuredKernel {
  KernelDescription kernel; ///< It names no candidate.
  std::vector<CandidateTime> candidates;

  /// Returns the candidate of the least median. Those whose interval reaches
  /// that of the fastest, with a median within 3 %, are as fast: among them the
  /// first by name is taken. There must be a candidate.
  const CandidateTime &best() const;
};

/// Returns the times of one execution from samples: their median, and those two
/// samples between which the median of all executions lies with a confidence of
/// 95 %, whatever its distribution. Where there are nine samples, these two are
/// the second and the eighth. With fewer than six they are the outermost ones,
/// and the confidence is less: 75 % with three.
CandidateTime summarize(std::string candidate, std::vector<int64_t> samples);

/// A kernel that was measured earlier sets the pace for another one of the same
/// op and sizes, because the speed of a machine drifts.
struct Pace {
  KernelDescription kernel; ///< It names its candidate.
  int64_t median;           ///< It took so long.
};

/// Measures the candidates that can make `kernel`, in turn, on the calling
/// thread, and drops those that are clearly slower as soon as that is known.
/// `reference` takes part only where it is alone. Where there is a `pace`, its
/// kernel takes turns with them, and all times are scaled by what it takes now.
/// An error says that there is no candidate, or no memory. There is no answer
/// if `isLate` says so before there are enough samples.
Result<std::optional<MeasuredKernel>>
raceCandidates(KernelLibrary &library, const KernelDescription &kernel,
               const MeasureKernelOptions &options,
               const std::function<bool()> &isLate,
               const std::optional<Pace> &pace = std::nullopt);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_MEASUREDKERNEL_H
