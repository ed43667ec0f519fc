//===- SearchScope.cpp - What all searches of a thread share --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/SearchScope.h"

#include <algorithm>

namespace layerpipe::scheduling {

namespace {

/// This is the innermost scope of this thread.
thread_local SearchScope *current = nullptr;

} // namespace

SearchScope::Clock::time_point endAfter(double seconds) {
  using Clock = SearchScope::Clock;
  constexpr double longest = 1e9; // A longer time would overflow the clock.
  if (!(seconds > 0) || seconds > longest)
    return Clock::time_point::max();
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(seconds));
}

SearchScope::SearchScope(double seconds)
    : outer(current), end(std::min(endAfter(seconds), currentEnd())) {
  current = this;
}

SearchScope::~SearchScope() {
  current = outer;
  if (outer)
    outer->count += count;
}

SearchScope::Clock::time_point SearchScope::currentEnd() {
  return current ? current->end : Clock::time_point::max();
}

void SearchScope::countStep() {
  if (current)
    ++current->count;
}

} // namespace layerpipe::scheduling
