//===- MemoryProfile.h - Bytes held over one period -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which values a processor holds and for how long, from the intervals in which
// places of channels are taken (docs/schedule-format.md): from the producer's
// start to the consumer's end. A value that several tasks of a processor read
// is there once, until the last of them has read it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_MEMORYPROFILE_H
#define LAYERPIPE_REPORT_MEMORYPROFILE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::report {

/// One value on one processor: all channels there that carry it.
struct HeldValue {
  int64_t processor = -1;
  int64_t producer = -1;
  std::string value;
  /// The kind of the first of its edges.
  scheduling::EdgeKind kind = scheduling::EdgeKind::other;
  int64_t bytes = 0;
  /// The largest capacity of these channels: copies that are provided for.
  int64_t copies = 1;
  /// From the producer's start to the end of the last reader. A task that
  /// reads what it made itself gives the old value back as it starts.
  scheduling::Wide span = 0;

  /// Σ of these is what a schedule stashes: all copies but one.
  int64_t stashBytes() const;
};

/// By processor, producer and value. The schedule must have passed check().
std::vector<HeldValue> heldValues(const scheduling::StaticSchedule &schedule);

/// From `time` on, until the next step or the period's end.
struct MemoryStep {
  int64_t time = 0;
  int64_t bytes = 0;
};

struct MemoryProfile {
  /// The first is at time 0; times ascend and neighbours differ.
  std::vector<MemoryStep> steps;
  int64_t peak = 0;
};

/// One profile per processor, of a period of the steady state. Sums stop at
/// the largest integer. O(E log E).
std::vector<MemoryProfile>
memoryOverTime(const scheduling::StaticSchedule &schedule);
std::vector<MemoryProfile>
memoryOverTime(const scheduling::StaticSchedule &schedule,
               const std::vector<HeldValue> &values);

/// At most `count` steps, of which each is the largest of those that it stands
/// for; a peak is never lost.
std::vector<MemoryStep> thinOut(const MemoryProfile &profile, int64_t period,
                                int64_t count);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_MEMORYPROFILE_H
