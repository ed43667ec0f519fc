//===- Levelling.h - Levelling loads by splitting tasks ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Brings every processor's load to a given limit by moving tasks and parts of
// tasks, at the least cost in bytes that it finds, and then saves bytes within
// that limit. A heuristic: McNaughton's rule says that cuts in divisible work
// always can level loads ("Scheduling with deadlines and loss functions",
// 1959), but cuts fall on multiples of a quantum, much work is not divisible,
// and where a cut is cheap is a matter of search.
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
  /// `limit` is the load that no processor should exceed.
  Levelling(const SplitModel &model, SplitState &state, int64_t limit,
            Deadline &deadline);

  /// Cuts and moves until all loads are within the limit. False if it gives up;
  /// the state is then somewhere between. O(P) transfers, each of which looks
  /// at a bounded number of tasks in detail.
  bool level();

  /// Moves and trades parts as long as that saves bytes within the limit; looks
  /// at each part a bounded number of times.
  void saveBytes();

private:
  /// A task cut otherwise, and how much of its time that moves from one
  /// processor to another, at what cost in bytes.
  struct Change {
    int64_t task = -1;
    TaskPlacement placement;
    int64_t amount = 0;
    Wide cost = 0;
  };
  /// How much time should move: at least `low`, at most `high`.
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
  std::vector<std::pair<int64_t, TaskPlacement>> journal; // task, before
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_LEVELLING_H
