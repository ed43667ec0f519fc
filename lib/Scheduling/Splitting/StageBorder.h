//===- StageBorder.h - What a stage takes at its border ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEBORDER_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEBORDER_H

#include "StageRows.h"

#include <vector>

namespace layerpipe::scheduling {

/// This much of a list of tasks can be taken: so many whole tasks, and the next
/// one up to the position `end`, where 0 means that none of it is.
struct Reach {
  size_t whole = 0;
  int64_t end = 0;
  int64_t time = 0;
  bool cuts() const { return end > 0; }
};

/// These are the tasks of the rows that a border may fall into, in the order in
/// which they may be taken: forwards, gradients, and weight gradients. Nothing
/// but updates waits for weight gradients, so that how many of them are taken
/// is free, as long as nothing that is taken is read by one that is not.
struct StageBorder {
  std::vector<int64_t> forward;
  std::vector<int64_t> backward;
  std::vector<int64_t> weights;
  /// Each of `backward` has here how many of `weights` read what it and those
  /// in front of it make.
  std::vector<size_t> needed;

  size_t neededFor(const Reach &reach) const {
    size_t touched = reach.whole + reach.cuts();
    return touched == 0 ? 0 : needed[touched - 1];
  }
};

/// Collects the tasks of so many rows from `first` on.
StageBorder borderFrom(const StageRows &rows, size_t first, size_t count);

/// This is what can be taken of each list of a border, the least first, and how
/// much time is to be filled.
struct BorderRoom {
  std::vector<Reach> forward;
  std::vector<Reach> backward;
  std::vector<Reach> weights;
  /// The first so many weight gradients take this time.
  std::vector<int64_t> timeOfFirst;
  int64_t room = 0;
  /// So much of it may be left.
  int64_t spare = 0;
};

struct BorderChoice {
  Reach forward;
  Reach backward;
  Reach weights;
};

/// Chooses among all that there is room for, or, where that is much, among some
/// of it. If no more is left then than may be left, the nearest tasks are best,
/// with the fewest cuts; otherwise as much as possible.
BorderChoice chooseAtBorder(const StageBorder &border, const BorderRoom &room);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEBORDER_H
