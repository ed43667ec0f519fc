//===- Proof.cpp - How much of an answer is proven ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Proof.h"

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

Deadline::Deadline(const Limits &limits) : unlimited(!(limits.seconds > 0)) {
  if (unlimited)
    return;
  constexpr double longest = 1e9; // seconds; more would overflow the clock
  end = std::chrono::steady_clock::now() +
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::chrono::duration<double>(std::min(limits.seconds, longest)));
}

bool Deadline::passed() {
  if (unlimited || over || calls++ % 256 != 0)
    return over;
  over = std::chrono::steady_clock::now() >= end;
  return over;
}

} // namespace layerpipe::scheduling
