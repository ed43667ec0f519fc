//===- Machine.h - What a training graph runs on ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Processors with their speeds and memories, and the links between them: what
// partition, assignment and cyclic scheduling have in common.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_MACHINE_H
#define LAYERPIPE_SCHEDULING_MODEL_MACHINE_H

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// A link joins two processors and carries one transfer at a time, in either
/// direction.
struct Communication {
  /// Bytes per time unit; 0 is infinite: transfers take no time and never
  /// occupy a link.
  Fraction bandwidth{0, 1};
  /// Time from the end of a transfer to its arrival; the link is free.
  int64_t latency = 0;
};

struct Machine {
  int64_t processors = 1;
  Communication communication = {};
  /// Relative speed per processor; empty when all are 1.
  std::vector<Fraction> speeds = {};
  /// Memory per processor in bytes; empty when it is unlimited.
  std::vector<int64_t> memory = {};
};

/// At least one processor, no negative bandwidth or latency, and speeds and
/// memories, where given, one per processor and positive.
Status check(const Machine &machine);

/// ⌈bytes / bandwidth⌉, or 0 when it is infinite.
int64_t transferTime(const Communication &communication, int64_t bytes);

/// The processor's speed.
Fraction speedOf(const Machine &machine, int64_t processor);

/// ⌈time / speed⌉: how long work of `time` occupies the processor.
int64_t timeOn(const Machine &machine, int64_t processor, int64_t time);

/// The sum of all speeds, exact.
Fraction totalSpeed(const Machine &machine);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_MACHINE_H
