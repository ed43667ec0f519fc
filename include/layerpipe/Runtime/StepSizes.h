//===- StepSizes.h - Step sizes that change in a run ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The iteration of an update alone decides its step size, so that processors in
// different iterations need not agree on anything. For example, a cosine from
// 0.1 to 0 over 10 iterations, of which 2 warm up, is
//
//   0.05  0.1  0.1  0.0962  0.0854  0.0691  0.05  0.0309  0.0146  0.0038
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_STEPSIZES_H
#define LAYERPIPE_RUNTIME_STEPSIZES_H

#include <cstdint>

namespace layerpipe::runtime {

/// This says how step sizes go on behind the warm-up.
enum class StepSchedule {
  constant,
  step,   ///< They are multiplied by a factor every so many iterations.
  cosine, ///< They fall to the final one along half a cosine.
  linear  ///< They fall to it on a straight line.
};

struct StepSizes {
  /// This is the step size at the end of the warm-up.
  float learningRate = 0;
  StepSchedule schedule = StepSchedule::constant;
  /// The step size grows from 0, evenly, in so many iterations.
  int64_t warmUp = 0;
  /// These are for `step`.
  int64_t interval = 1;
  double factor = 0.1;
  /// An iteration behind the last would have this, by `cosine` and `linear`.
  double finalRate = 0;
  /// The run has so many iterations.
  int64_t iterations = 0;

  /// Returns the step size of the updates in an iteration.
  float at(int64_t iteration) const noexcept;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_STEPSIZES_H
