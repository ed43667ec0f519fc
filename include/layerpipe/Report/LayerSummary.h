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
  /// Layers count from 1; 0 stands for what belongs to no layer.
  int64_t layer = 0;
  /// This is the largest staleness of the layer's parameters; it is empty
  /// without parameters.
  std::optional<int64_t> staleness;
  /// Each of these is Σ (copies − 1) · bytes over values that the layer's tasks
  /// make and the processors that hold them: for weights, for activations, and
  /// for all others.
  int64_t weightStash = 0, activationStash = 0, otherStash = 0;

  int64_t stash() const;
};

/// Returns a summary of each layer that has a task or a parameter, in ascending
/// order.
std::vector<LayerSummary>
summarizeLayers(const scheduling::StaticSchedule &schedule,
                const std::vector<HeldValue> &values);

/// These totals of a schedule are what the overview compares.
struct ScheduleTotals {
  /// This is period / lower bound − 1; it is empty where the file gives no
  /// positive bound.
  std::optional<double> gap;
  /// This is the work of an iteration, as time of a processor of speed 1,
  /// divided by the period; it is empty where there is no work.
  std::optional<double> speedup;
  int64_t maxStaleness = 0;
  int64_t stashBytes = 0;
  int64_t peakMemoryBytes = 0;
  int64_t processorsUsed = 0;
};

/// Computes the totals of a schedule that holds these values. The memory is
/// what the file gives for the processor that needs most.
ScheduleTotals totalsOf(const scheduling::StaticSchedule &schedule,
                        const std::vector<HeldValue> &values);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_LAYERSUMMARY_H
