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

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_SPLITSCHEDULE_H
#define LAYERPIPE_SCHEDULING_SPLITTING_SPLITSCHEDULE_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Splitting/Splitting.h"

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
  /// No schedule that keeps the problem's limits has a shorter period.
  int64_t lowerBound = 1;
  /// Of the period: optimal when it equals that bound.
  Proof proof = Proof::feasible;
  /// What keeps the period from being shorter. At the bound of
  /// boundSplitSchedule: what this bound comes from. Above it:
  ///   staleness, memory: the search found a shorter period that breaks the
  ///     limit of the problem, `withoutLimit`;
  ///   link: the two processors exchange values all the time;
  ///   slice, task: `processor` is busy all the time, and no whole part nor
  ///     slice of what it runs fits into the time that another has left; that
  ///     of `task`, of whose slices or as a whole, is the shortest;
  ///   processor: it is busy all the time; what it could give away would have
  ///     to be exchanged for something else;
  ///   none: nothing is busy all the time. Either every split, assignment and
  ///     period was tried (`proof`), or the search found nothing shorter.
  Obstacle obstacle;
  int64_t withoutLimit = 0;
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
  /// Of each cyclic schedule; see ScheduleOptions.
  int64_t exactEffort = int64_t(1) << 21;
  /// Where there are at most so many pairs of splits and an assignment
  /// (countSplitAssignments), all of them are tried; 0 for never.
  int64_t exhaustive = 8192;
};

/// No split, assignment and schedule has a shorter period: the largest of
/// ⌈Σ time / Σ speed⌉, with the times of whole tasks;
/// the longest task without a division, and the longest slice that divisions
/// can't avoid (quantum / length of a task's time, rounded down, by whichever
/// division makes it shortest), on the fastest processor;
/// ⌈T∞⌉ over the cycles without gradient edges, on which a task with divisions
/// counts as its shortest slice: some parts of the tasks of a cycle form a
/// cycle again, perhaps several times around, since each part reads something
/// of what it read as a whole.
struct SplitBound {
  int64_t period = 1;
  /// As in Bounds.h: cycle, task, work; or slice.
  Obstacle obstacle;
};
Result<SplitBound> boundSplitSchedule(const SplitScheduleProblem &problem);

/// With less memory on each processor no schedule fits, whatever the splits and
/// the assignment: the largest of ⌈Σ bytes of the values that are read /
/// processors⌉, and for each task what one of its parts must read: all values
/// of a task without division; of others the values that no split cuts, which
/// are those of inputs, weights and states.
int64_t boundMemory(const SplitScheduleProblem &problem);

/// No split, assignment and schedule of this period, or a shorter one, moves
/// fewer bytes between processors. Minimum cuts around one processor's work,
/// with the work that it and the others must have (SplitCommunication.cpp has
/// the proof). 0, which is always true, for more than 2,000 tasks, and where
/// one processor can do all. The problem must have passed check().
/// Complexity: some hundred maximum flows.
int64_t boundCommunication(const SplitScheduleProblem &problem, int64_t period);

/// How many pairs of splits on quanta and an assignment of the parts there are,
/// equal processors told apart; stops at the largest integer. O(divisions).
int64_t countSplitAssignments(const SplitScheduleProblem &problem);

/// The graph, the divisions and the machine are legal, and no cycle is left
/// without a delay when gradients have none.
Status check(const SplitScheduleProblem &problem);

/// That splits, graph, processors, schedule and figures belong together and
/// keep every limit, that the bound is between boundSplitSchedule's and the
/// period, and that the obstacle is as SplitSchedule says. What only a search
/// can know (a bound above that, `withoutLimit`) is taken on trust.
/// Knows nothing of the solver.
Status verify(const SplitScheduleProblem &problem, const SplitSchedule &answer);

/// Objective: options.objectives, in their order. On tiny problems
/// (options.exhaustive) the best of findParetoFront, which then is optimal in
/// all objectives before the memory. Else not optimal: starts (the caller's,
/// whole tasks placed freely or in the order of layers, layers shared by
/// sample) are levelled by cutting tasks (SplitSearch.h), scheduled with the
/// least delays, and the best is kept. Where limits are not kept, fewer delays,
/// longer periods, fewer processors, and parts placed by their bytes are tried.
/// Never worse than the schedule of any of options.starts, nor than one
/// iteration after the other on one processor, as far as these keep the limits.
/// Fails: on a problem that check() refuses (input); when no schedule that was
/// found keeps the memory or staleness limit (infeasible): the message says the
/// nearest value that was reached, and what no schedule can fall below. Without
/// memory limits it never fails for want of staleness.
/// Complexity: a bounded number of levellings and schedules.
Result<SplitSchedule>
solveSplitSchedule(const SplitScheduleProblem &problem,
                   const SplitScheduleOptions &options = {});

struct ParetoFront {
  /// No other is as good in every figure and better in one. By period, then
  /// communication, staleness, largest staleness, memory. Never empty.
  std::vector<SplitSchedule> schedules;
  /// optimal: every schedule that keeps the limits, with whatever splits on
  /// quanta, has one here that is as good in period, communication, staleness
  /// and largest staleness. Of the memory nothing is proven: it is that of the
  /// schedule that was found.
  Proof proof = Proof::feasible;
};

/// On tiny problems (options.exhaustive), all splits, assignments up to the
/// names of equal processors, and periods at which something changes, with
/// exact cyclic schedules (optimal unless one of them gives up, which the proof
/// then says; machines with memory limits are never proven). Always also: the
/// non-dominated ones of all schedules that the search looks at, and of those
/// made for the purpose: fewer processors, longer periods, fewer delays, less
/// memory.
/// Fails as solveSplitSchedule.
Result<ParetoFront> findParetoFront(const SplitScheduleProblem &problem,
                                    const SplitScheduleOptions &options = {});

/// `a` is as good as `b` in period, communication, staleness, largest staleness
/// and memory, and better in one.
bool dominates(const ScheduleFigures &a, const ScheduleFigures &b);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_SPLITSCHEDULE_H
