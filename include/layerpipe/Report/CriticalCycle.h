//===- CriticalCycle.h - The loop that bounds the period --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_CRITICALCYCLE_H
#define LAYERPIPE_REPORT_CRITICALCYCLE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <vector>

namespace layerpipe::report {

/// A step is a task of the cycle together with the edge to the next task.
struct CriticalStep {
  int64_t task = -1;
  int64_t edge = -1;
};

struct CriticalCycle {
  /// This is Σ time / Σ distance in lowest terms, and 0 for a graph without
  /// cycles.
  scheduling::Fraction ratio;
  int64_t time = 0;
  int64_t distance = 0;
  std::vector<CriticalStep> steps;
};

/// Finds the cycle that attains the iteration bound of the file's graph, with
/// the durations and distances of the file, by computeIterationBound. Fails on
/// a graph that the core declines, such as one whose durations add up to more
/// than maxTotalTime.
scheduling::Result<CriticalCycle>
findCriticalCycle(const scheduling::StaticSchedule &schedule);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_CRITICALCYCLE_H
