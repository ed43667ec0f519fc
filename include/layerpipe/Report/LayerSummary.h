//===- LayerSummary.h - The price of a schedule by layer --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_LAYERSUMMARY_H
#define LAYERPIPE_REPORT_LAYERSUMMARY_H

#include "layerpipe/Report/MemoryProfile.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::report {

struct LayerSummary {
  /// 0 stands for what belongs to no layer.
  int64_t layer = 0;
  /// The largest of its parameters; none without parameters.
  std::optional<int64_t> staleness;
  /// Σ (copies − 1) · bytes of the values that its tasks make, over the
  /// processors that hold them: weights, activations, and all others.
  int64_t weightStash = 0, activationStash = 0, otherStash = 0;

  int64_t stash() const;
};

/// The layers with a task or a parameter, ascending.
std::vector<LayerSummary>
summarizeLayers(const scheduling::StaticSchedule &schedule,
                const std::vector<HeldValue> &values);

/// What the overview compares.
struct ScheduleTotals {
  /// period / lower bound − 1; none where the file gives no positive bound.
  std::optional<double> gap;
  /// The work of an iteration, in the time of a processor of speed 1, / period;
  /// none where there is no work.
  std::optional<double> speedup;
  int64_t maxStaleness = 0;
  int64_t stashBytes = 0;
  int64_t peakMemoryBytes = 0;
  int64_t processorsUsed = 0;
};

/// The memory is the file's, the largest of all processors.
ScheduleTotals totalsOf(const scheduling::StaticSchedule &schedule,
                        const std::vector<HeldValue> &values);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_LAYERSUMMARY_H
