//===- SynchronousBound.h - What no order can beat --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bound of a pipeline counts, for a processor,
//
//   its work,
//   its idle time before the first gradient comes back: until then it runs
//       forward actions alone, and memory limits how many,
//   its idle time between its last forward action and the gradient of the same
//       microbatch, where memory limits what else it has left to do,
//   the forward actions that must come before its first action, and the input
//       gradients that must follow its last one.
//
//   forwards before │ F F F F . . . . I F W I … F . . I W . . I W │ gradients
//                             first gradient    last gradient       after
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SYNCHRONOUS_SYNCHRONOUSBOUND_H
#define LAYERPIPE_SCHEDULING_SYNCHRONOUS_SYNCHRONOUSBOUND_H

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <string>

namespace layerpipe::scheduling {

enum class SynchronousObjective : uint8_t {
  /// Is the longest time from a processor's first start to its last end: what
  /// an iteration takes where processors start the next one one by one.
  span,
  /// Is the end of the last action: what an iteration takes where all
  /// processors wait for each other before the update.
  makespan
};

struct SynchronousBound {
  enum class Reason : uint8_t {
    /// The processor's work alone.
    work,
    /// Its work, and its idle times at both ends.
    idle_ends,
    /// Memory lets so few microbatches in at a time that each round takes as
    /// long as a microbatch's way to the last stage and back.
    round_trips,
    /// As `idle_ends`, with the path from the first stage and back to it.
    path
  };
  /// No order is shorter.
  int64_t value = 0;
  Reason reason = Reason::work;
  int64_t processor = 0;
};

/// Returns a bound for all orders that fit the machine's memory, in O(P E
/// + S m) for P processors, S stages, E edges and m microbatches. Fails if the
/// problem is not legal, or if a processor's memory doesn't hold a microbatch:
/// the failure is then `infeasible`, and its obstacle is the processor's
/// memory.
Result<SynchronousBound> boundOf(const PipelineProblem &problem,
                                 SynchronousObjective objective);

/// Explains a bound in one sentence.
std::string describe(const PipelineProblem &problem,
                     const SynchronousBound &bound);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SYNCHRONOUS_SYNCHRONOUSBOUND_H
