//===- Proof.h - How much of an answer is proven ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every solver says of its answer what it has proven: the optimum, a lower
// bound, or that there is no answer and what forbids it. The limits of a search
// are arguments.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_PROOF_H
#define LAYERPIPE_SCHEDULING_MODEL_PROOF_H

#include <chrono>
#include <cstdint>
#include <string_view>

namespace layerpipe::scheduling {

/// This is what a solver that returns a solution has proven of it.
enum class Proof {
  /// No answer is better.
  optimal,
  /// Nothing is proven beyond the answer's lower bound, though the search ran
  /// to its end: it does not look at every answer.
  feasible,
  /// Nothing is proven beyond the answer's lower bound, and the limits below
  /// cut the search short.
  out_of_time
};

std::string_view toString(Proof proof);

/// These say how long a search may take.
struct Limits {
  /// This is wall-clock time; 0 means that there is no limit. Only an answer
  /// that is out_of_time can depend on it.
  double seconds = 0;
  /// Equal seeds give equal answers, as long as no clock cuts the search short.
  uint64_t seed = 0;
};

/// A deadline says when a search has to end: after its limits' time, or with
/// its SearchScope.
class Deadline {
public:
  explicit Deadline(const Limits &limits);

  /// Returns whether the search has to end. This is cheap, since it looks at
  /// the clock ever more rarely, once in 1 to 256 calls.
  bool passed();

private:
  bool unlimited;
  bool over = false;
  uint32_t calls = 0;
  std::chrono::steady_clock::time_point end;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_PROOF_H
