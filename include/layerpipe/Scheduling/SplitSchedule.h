//===- SplitSchedule.h - Splits, assignment, schedule, delays ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LayerPipe's problem as a whole (arXiv 2108.06629): which tasks are cut and
// where, which processor runs which part, when, and with which delays of the
// gradients. Each of these problems has a header of its own; this one chooses
// among answers that fit together.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITSCHEDULE_H
#define LAYERPIPE_SCHEDULING_SPLITSCHEDULE_H

#include "layerpipe/Scheduling/CyclicSchedule.h"
#include "layerpipe/Scheduling/Machine.h"
#include "layerpipe/Scheduling/Splitting.h"

#include <optional>
#include <string_view>
#include <vector>

namespace layerpipe::scheduling {

/// What a schedule is judged by; less of each is better.
enum class Objective { period, communication, staleness, memory };

std::string_view toString(Objective objective);
std::optional<Objective> parseObjective(std::string_view text);

/// Names with commas between them; blanks around a name are ignored, and an
/// empty text names none. Fails on an unknown name, and lists the known ones.
Result<std::vector<Objective>> parseObjectives(std::string_view text);

struct SplitScheduleProblem {
  /// Tasks before any split; the distances of gradient edges are free.
  TaskGraph graph;
  std::vector<Division> divisions;
  Machine machine;
  /// No layer's gradient may be later.
  std::optional<int64_t> maxStaleness = std::nullopt;
};

/// The figures that schedules are compared by.
struct ScheduleFigures {
  int64_t period = 0;
  /// Bytes between processors, per iteration.
  int64_t communication = 0;
  /// Σ bytes · staleness of the layers (weightedStaleness), and the largest.
  Wide staleness = 0;
  int64_t maxStaleness = 0;
  /// The largest memory of a processor.
  int64_t memory = 0;
  bool operator==(const ScheduleFigures &) const = default;
};

struct SplitSchedule {
  std::vector<Split> splits;
  /// The graph in parts, on its processors, with free delays; what the schedule
  /// answers.
  CyclicProblem problem;
  CyclicSchedule schedule;
  ScheduleFigures figures;
};

struct SplitScheduleOptions {
  /// The first decides, then the second, …; those not named come after, in the
  /// order of the enumeration.
  std::vector<Objective> objectives = {};
  /// A period that exceeds the lower bound by no more than this part of it
  /// counts as short enough,
  Fraction tolerance{1, 100};
  /// unless it exceeds this one; 0 for none.
  int64_t longestPeriod = 0;
  /// Assignments of the whole tasks that the search starts from, and that the
  /// answer is never worse than.
  std::vector<std::vector<int64_t>> starts = {};
  Limits limits = {};
  int64_t exactEffort = int64_t(1) << 21;
};

/// No split, assignment and schedule has a shorter period: the largest of
/// ⌈T∞⌉ over the cycles without gradient edges, ⌈Σ time / Σ speed⌉, and the
/// longest task without a division on the fastest processor. Σ time is that of
/// whole tasks.
struct SplitBound {
  int64_t period = 1;
  /// As in Bounds.h: cycle, task, or work.
  Obstacle obstacle;
};
Result<SplitBound> boundSplitSchedule(const SplitScheduleProblem &problem);

/// The graph, the divisions and the machine are legal, and no cycle is left
/// without a delay when gradients have none.
Status check(const SplitScheduleProblem &problem);

/// That splits, graph, processors, schedule and figures belong together and
/// keep every limit. Knows nothing of the solver.
Status verify(const SplitScheduleProblem &problem, const SplitSchedule &answer);

/// Objective: options.objectives. Not optimal: starts (the caller's, whole
/// tasks placed freely or in the order of layers, layers shared by sample) are
/// levelled by cutting tasks (SplitSearch.h), scheduled with the least delays,
/// and the best is kept. Where a staleness limit is not kept, longer periods
/// and fewer processors are tried.
/// Fails: on a problem that check() refuses (input); when no schedule that was
/// found keeps the memory or staleness limit (infeasible): the message says
/// the nearest value that was reached.
/// Complexity: a bounded number of levellings and schedules.
Result<SplitSchedule>
solveSplitSchedule(const SplitScheduleProblem &problem,
                   const SplitScheduleOptions &options = {});

/// The non-dominated ones of all schedules that the search looks at, and of
/// those that are made for the purpose (fewer processors, longer periods,
/// without splits): no other is as good in every figure and better in one.
/// By period, then communication. Never empty. Fails as above.
Result<std::vector<SplitSchedule>>
findParetoFront(const SplitScheduleProblem &problem,
                const SplitScheduleOptions &options = {});

/// `a` is as good as `b` in period, communication, staleness, largest staleness
/// and memory, and better in one.
bool dominates(const ScheduleFigures &a, const ScheduleFigures &b);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITSCHEDULE_H
