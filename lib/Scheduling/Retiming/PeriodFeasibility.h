//===- PeriodFeasibility.h - Whether a clock period can be had --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is FEAS in its label form. The label of a task is its lag and, within
// that lag, when it ends. An edge pushes its reader's label up, and a task that
// would end after the period moves to the next lag. The least labels are a
// retiming of that period, or they grow for ever. In a ring of tasks of 3, 4
// and 2 units with two delays, at a period of 5,
//
//   the first label is (0, 3); 4 more would end after 5, so the next is (1, 4),
//   then (2, 2); two delays lead back to (0, 5), which pushes (1, 4) again,
//   and so the labels rest: lags 0, 1 and 2.
//
// On long rings labels creep. A ring of edges that hold each other's labels up
// is therefore followed at once to where its labels come to rest, in steps of
// whole lags; if they never do, the ring proves that the period is too short.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_RETIMING_PERIODFEASIBILITY_H
#define LAYERPIPE_LIB_SCHEDULING_RETIMING_PERIODFEASIBILITY_H

#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <compare>
#include <optional>

namespace layerpipe::scheduling {

/// A label is a task's lag and, within it, the task's end.
struct PeriodLabel {
  int64_t lag = 0;
  int64_t end = 0;
  auto operator<=>(const PeriodLabel &) const = default;
};

/// This is a closed walk and what it does to the label of its first task.
class LabelRing {
public:
  LabelRing(const TaskGraph &graph, const std::vector<int64_t> &walk);

  /// Returns where the label comes to rest when it is pushed round after round.
  /// Returns nothing when it rises for ever, because the period is too short
  /// for the walk. No task may be longer than the period.
  std::optional<PeriodLabel> rest(PeriodLabel label, int64_t period) const;

  /// Returns the shortest period from `low` to `high` for which the walk has
  /// enough delays; it must have enough for `high`.
  int64_t shortestPeriod(int64_t low, int64_t high) const;

private:
  PeriodLabel round(PeriodLabel label, int64_t period) const;

  /// These are the tasks' times, and the sum of those at places 1 … i. The
  /// first task is at place 0 and again at the last one.
  std::vector<int64_t> time;
  std::vector<int64_t> sum;
  int64_t delays = 0;
};

/// Tests one period after the other on the same graph, which must be legal.
class PeriodFeasibility {
public:
  enum class Verdict { feasible, infeasible, out_of_time };

  explicit PeriodFeasibility(const TaskGraph &graph);

  /// Raises the labels from the lags of `start`, which need not be legal. No
  /// task may be longer than the period.
  Verdict run(int64_t period, const Retiming &start, Deadline &deadline);

  /// Returns, after a feasible run, the least lags that are at least `start`.
  Retiming retiming() const;
  /// Returns, after an infeasible run, a closed walk that rules the period out.
  const std::vector<int64_t> &conflict() const { return conflicting; }

private:
  void reset(const Retiming &start);
  PeriodLabel pushed(int64_t index) const;
  bool sweep(Deadline &deadline);
  void push(int64_t index);
  bool findContradiction();
  bool rulesOut(std::vector<int64_t> walk);
  std::vector<int64_t> pathBetween(int64_t from, int64_t to) const;
  std::vector<std::vector<int64_t>> findRings() const;
  bool followRings();
  bool followRing(const std::vector<int64_t> &ring, Retiming &lags);

  const TaskGraph &graph;
  Outgoing<TaskGraph> out;
  std::vector<int64_t> order;
  int64_t period = 0;
  std::vector<PeriodLabel> labels;
  /// This edge pushed the task's label last, or it is −1.
  std::vector<int64_t> pushedBy;
  /// The stretch without delays that ends at a task's label began at this task.
  std::vector<int64_t> origin;
  /// This is the task u whose lag last raised r(v), by r(v) ≥ r(u) − w over an
  /// edge or r(v) ≥ r(u) + 1 − w over a path that is longer than the period; or
  /// −1.
  std::vector<int64_t> raisedBy;
  std::vector<char> changed;
  std::vector<int64_t> conflicting;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_RETIMING_PERIODFEASIBILITY_H
