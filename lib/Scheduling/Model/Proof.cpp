//===- Proof.cpp - How much of an answer is proven ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/Proof.h"

#include "layerpipe/Scheduling/Model/SearchScope.h"

#include <algorithm>

namespace layerpipe::scheduling {

std::string_view toString(Proof proof) {
  switch (proof) {
  case Proof::optimal:
    return "optimal";
  case Proof::feasible:
    return "feasible";
  case Proof::out_of_time:
    break;
  }
  return "out of time";
}

Deadline::Deadline(const Limits &limits)
    : unlimited(false),
      end(std::min(endAfter(limits.seconds), SearchScope::currentEnd())) {
  unlimited = end == SearchScope::Clock::time_point::max();
}

/// Steps may take nanoseconds or seconds. Looking at the clock once in calls /
/// 128 costs little in a search of many short steps, and lets a search of few
/// long ones end on time.
bool Deadline::passed() {
  constexpr uint32_t lookApart = 128, furthestApart = 256;
  SearchScope::countStep();
  if (unlimited || over)
    return over;
  uint32_t apart = std::clamp(calls / lookApart, 1U, furthestApart);
  if (calls++ % apart == 0)
    over = SearchScope::Clock::now() >= end;
  return over;
}

} // namespace layerpipe::scheduling
