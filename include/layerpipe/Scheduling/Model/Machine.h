//===- Machine.h - What a training graph runs on ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A machine has processors with their speeds and memories, and the links
// between them. Partition, assignment and cyclic scheduling share it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_MACHINE_H
#define LAYERPIPE_SCHEDULING_MODEL_MACHINE_H

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/Links.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

struct Machine {
  int64_t processors = 1;
  /// Each two processors have a link; see Links.h.
  Links links = {};
  /// Each processor has its relative speed here; the list is empty when all are
  /// 1.
  std::vector<Fraction> speeds = {};
  /// Each processor has its memory in bytes here; the list is empty when memory
  /// is unlimited.
  std::vector<int64_t> memory = {};
};

/// Succeeds if there is at least one processor, the links are legal, and speeds
/// and memories, where given, are one per processor and positive.
Status check(const Machine &machine);

/// Returns the machine with its first processors alone, at least one of them.
Machine firstProcessors(Machine machine, int64_t processors);

/// Returns the link of two different processors.
inline const Link &linkOf(const Machine &machine, int64_t a, int64_t b) {
  return linkOf(machine.links, a, b);
}

/// Returns how long a value of so many bytes occupies the link of two different
/// processors.
inline int64_t transferTime(const Machine &machine, int64_t a, int64_t b,
                            int64_t bytes) {
  return transferTime(linkOf(machine, a, b), bytes);
}

/// Returns whether some values are copied when they travel, because processors
/// have memories of their own. Those that travel between processors which share
/// memory are not.
inline bool copiesValues(const Machine &machine) {
  return haveBandwidth(machine.links);
}

/// Returns a number for each processor, the same for those that are equal in
/// speed, memory and links. Of any assignment, these may change places.
std::vector<int64_t> twinClasses(const Machine &machine);

/// Returns the processor's speed.
Fraction speedOf(const Machine &machine, int64_t processor);

/// Returns ⌈time / speed⌉, which is how long work of `time` occupies the
/// processor.
int64_t timeOn(const Machine &machine, int64_t processor, int64_t time);

/// Returns the sum of all speeds, exactly.
Fraction totalSpeed(const Machine &machine);

/// Returns ⌈time / totalSpeed⌉, which is how long all processors together need
/// for work of `time`, however it is shared out.
Wide timeOnAll(const Machine &machine, Wide time);

/// Returns the processor with the highest speed, the first of equals.
int64_t fastestProcessor(const Machine &machine);

/// Returns the next smaller number of processors that a search tries where
/// fewer may be faster: all up to 32, eight between 32 and 64, eight between 64
/// and 128, and so on. Of 65 this is 64, of 64 it is 60, and of 1 it is 0. The
/// numbers do not depend on where a search begins, so that more processors
/// never leave out what fewer have tried.
int64_t nextFewerProcessors(int64_t processors);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_MACHINE_H
