//===- Lifetimes.h - When a buffer's memory is in use -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which buffers may share memory. Only a value that is written and read within
// one period, by slots of one processor, leaves room to others in that period;
// everything else lives always.
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_LIFETIMES_H
#define SCHED_IR_LIFETIMES_H

#include "Sched/IR/ProgramView.h"

namespace layerpipe::sched {

/// The places, first and last included, of a processor's period during which a
/// buffer is in use.
struct Lifetime {
  /// −1 for a buffer that lives always.
  int64_t processor = -1;
  int64_t first = 0;
  int64_t last = 0;

  bool isAlways() const { return processor < 0; }
  bool isDisjoint(const Lifetime &other) const {
    return !isAlways() && processor == other.processor &&
           (last < other.first || other.last < first);
  }
};

/// Per buffer of the program.
std::vector<Lifetime> computeLifetimes(const ProgramView &view);

/// Per buffer of the evaluation; the places are those of its slots.
std::vector<Lifetime> computeLifetimes(EvaluationOp evaluation);

} // namespace layerpipe::sched

#endif // SCHED_IR_LIFETIMES_H
