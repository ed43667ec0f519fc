//===- Lifetimes.h - When a buffer's memory is in use -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lifetimes say which buffers may share memory. A value that one processor
// alone writes and reads, and that is dead before the next one is written,
// leaves room to others for the rest of the period, which is a circle.
// Everything else lives always.
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_LIFETIMES_H
#define SCHED_IR_LIFETIMES_H

#include "Sched/IR/ProgramView.h"

namespace layerpipe::sched {

/// A lifetime is the places, first and last included, of a processor's period
/// during which a buffer is in use. It runs through the end of the period if
/// last < first.
struct Lifetime {
  /// This is −1 for a buffer that lives always.
  int64_t processor = -1;
  int64_t first = 0;
  int64_t last = 0;

  bool isAlways() const { return processor < 0; }
  bool contains(int64_t place) const {
    return last < first ? place >= first || place <= last
                        : first <= place && place <= last;
  }
  bool isDisjoint(const Lifetime &other) const {
    return !isAlways() && processor == other.processor &&
           !contains(other.first) && !other.contains(first);
  }
};

/// Returns the lifetime of each buffer of the program.
std::vector<Lifetime> computeLifetimes(const ProgramView &view);

/// Returns the lifetime of each buffer of the evaluation; the places are those
/// of its slots.
std::vector<Lifetime> computeLifetimes(EvaluationOp evaluation);

} // namespace layerpipe::sched

#endif // SCHED_IR_LIFETIMES_H
