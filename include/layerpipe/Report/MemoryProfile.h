//===- MemoryProfile.h - Bytes held over one period -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions find which values a processor holds and for how long. They
// use the intervals in which places of channels are taken
// (docs/schedule-format.md), from the producer's start to the consumer's end.
// If several tasks of a processor read a value, the processor holds it once,
// until the last of them has read it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_MEMORYPROFILE_H
#define LAYERPIPE_REPORT_MEMORYPROFILE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::report {

/// A value on one processor stands for all channels there that carry it.
struct HeldValue {
  int64_t processor = -1;
  int64_t producer = -1;
  std::string value;
  /// The value's first edge is of this kind.
  scheduling::EdgeKind kind = scheduling::EdgeKind::other;
  int64_t bytes = 0;
  /// This many copies have memory: the largest capacity of the value's
  /// channels.
  int64_t copies = 1;
  /// This is the time from the producer's start to the end of the last reader.
  /// A task that reads its own result gives the old value back as it starts.
  scheduling::Wide span = 0;

  /// Returns the bytes of all copies but one. Their sum over all values is what
  /// a schedule stashes.
  int64_t stashBytes() const;
};

/// Returns the values that processors hold, ordered by processor, producer and
/// value. The schedule must have passed check().
std::vector<HeldValue> heldValues(const scheduling::StaticSchedule &schedule);

/// From `time` on, a processor holds `bytes`, until the next step or the
/// period's end.
struct MemoryStep {
  int64_t time = 0;
  int64_t bytes = 0;
};

struct MemoryProfile {
  /// The first step is at time 0; times ascend, and neighbours differ in bytes.
  std::vector<MemoryStep> steps;
  int64_t peak = 0;
};

/// Returns one profile for each processor, over a period of the steady state.
/// Sums stop at the largest integer. Takes O(E log E).
std::vector<MemoryProfile>
memoryOverTime(const scheduling::StaticSchedule &schedule);
std::vector<MemoryProfile>
memoryOverTime(const scheduling::StaticSchedule &schedule,
               const std::vector<HeldValue> &values);

/// Thins a profile out to at most `count` steps. Each step has the largest
/// value of the steps that it stands for, so that no peak is lost.
std::vector<MemoryStep> thinOut(const MemoryProfile &profile, int64_t period,
                                int64_t count);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_MEMORYPROFILE_H
