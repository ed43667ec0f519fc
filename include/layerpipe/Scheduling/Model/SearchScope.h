//===- SearchScope.h - What all searches of a thread share ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Searches call searches. If each had a time limit of its own, all of them
// together could take many times as long. A caller whose question several
// searches answer therefore gives them one moment at which they end, and can
// see how many steps they took:
//
//   SearchScope scope(/*seconds=*/1);
//   auto stages = partitionStages(…);      // both together take a second,
//   auto schedule = solveCyclicSchedule(…); // and little more
//   scope.steps();                          // the same number on any machine
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_SEARCHSCOPE_H
#define LAYERPIPE_SCHEDULING_MODEL_SEARCHSCOPE_H

#include <chrono>
#include <cstdint>

namespace layerpipe::scheduling {

/// While a scope lives, every search that this thread begins ends when it says,
/// with the best answer found so far. Scopes nest: an inner one ends no later
/// than the outer one, which counts the inner one's steps, too.
class SearchScope {
public:
  using Clock = std::chrono::steady_clock;

  /// Begins a scope; 0 seconds or less are no limit.
  explicit SearchScope(double seconds = 0);
  ~SearchScope();
  SearchScope(const SearchScope &) = delete;
  SearchScope &operator=(const SearchScope &) = delete;

  /// Returns the number of steps. A step is each time a search asks its
  /// Deadline whether it must end. Where no clock cut a search short, equal
  /// problems take equally many.
  int64_t steps() const { return count; }

  /// Returns when searches that this thread begins now end, which is the
  /// clock's last moment without a limit.
  static Clock::time_point currentEnd();

  /// Counts a step in this thread's scope, if there is one.
  static void countStep();

private:
  SearchScope *outer;
  Clock::time_point end;
  int64_t count = 0;
};

/// Returns the moment so many seconds from now. For 0 seconds or less, and for
/// those beyond the clock, it is the clock's last moment.
SearchScope::Clock::time_point endAfter(double seconds);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_SEARCHSCOPE_H
