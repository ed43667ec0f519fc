//===- Levelling.h - Levelling loads by splitting tasks ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This search brings every processor's load to a given limit by moving tasks
// and parts of tasks, at the least cost in bytes that it finds, and then saves
// bytes within that limit. It is a heuristic. McNaughton's rule says that cuts
// in divisible work always can level loads ("Scheduling with deadlines and loss
// functions", 1959), but cuts fall on multiples of a quantum, much work is not
// divisible, and it is a matter of search where a cut is cheap. With a limit of
// 10, for instance, and tasks of up to 8 slices,
//
//   processor 0: 8 6      processor 1: 5      loads 14 and 5
//   processor 0: 8 1      processor 1: 5 5    loads 9 and 10
//   since the 6 is cut, and 5 of its units have moved.
//
// Tasks of pinned layers stay where they are.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_LEVELLING_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_LEVELLING_H

#include "SplitState.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

class Levelling {
public:
  /// Makes a search in which no processor's load should exceed `limit`.
  Levelling(const SplitModel &model, SplitState &state, int64_t limit,
            Deadline &deadline);

  /// Cuts and moves until all loads are within the limit. Returns false if it
  /// gives up; the state is then somewhere between. Makes O(P) transfers, each
  /// of which looks at a bounded number of tasks in detail.
  bool level();

  /// Moves and trades parts as long as that saves bytes within the limit. Looks
  /// at each part a bounded number of times.
  void saveBytes();

private:
  /// A change is a task cut otherwise. It says how much of its time moves from
  /// one processor to another by that, and at what cost in bytes.
  struct Change {
    int64_t task = -1;
    TaskPlacement placement;
    int64_t amount = 0;
    Wide cost = 0;
  };
  /// A window says how much time should move: at least `low`, at most `high`.
  struct Window {
    int64_t low = 0;
    int64_t high = 0;
  };

  int64_t busiest() const;
  std::vector<int64_t> takers() const;
  std::array<Window, 2> windowsFor(int64_t from, int64_t to,
                                   int64_t share) const;
  bool relieve(int64_t from, int64_t share);
  bool transfer(int64_t from, int64_t to, Window window);
  std::optional<Change> cheapest(int64_t from, int64_t to, int64_t room);
  void offerWhole(int64_t task, size_t part, int64_t to, int64_t room,
                  std::optional<Change> &best);
  void offerSlices(int64_t task, size_t part, int64_t rule, int64_t to,
                   int64_t room, std::optional<Change> &best);
  void offer(Change change, std::optional<Change> &best);
  bool tune(int64_t from, int64_t to, Window window);
  std::vector<Change> smallSteps(int64_t task, size_t part, int64_t taker);
  void shave(int64_t task, const TaskPlacement &now, size_t part, int64_t taker,
             int64_t reach, std::vector<Change> &options);
  std::vector<std::vector<Change>> adjustments(int64_t from, int64_t to);
  std::vector<std::pair<int64_t, size_t>> partsOn(int64_t processor,
                                                  int64_t near);
  std::set<int64_t> processorsNear(int64_t task) const;
  Change moveOf(int64_t task, size_t part, int64_t to);
  bool saveBytesOf(int64_t task);
  bool tradeOf(int64_t task, size_t part, int64_t to);
  void trade();

  void apply(const Change &change);
  void rollBack(size_t to);
  int64_t timeBetween(int64_t task, int64_t rule, int64_t begin,
                      int64_t end) const;
  int64_t roomOf(int64_t processor) const {
    return limit - state.load(processor);
  }
  int64_t workOf(int64_t time, int64_t processor) const;

  const SplitModel &model;
  SplitState &state;
  const int64_t limit;
  Deadline &deadline;
  // An entry has a task and its placement before.
  std::vector<std::pair<int64_t, TaskPlacement>> journal;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_LEVELLING_H
