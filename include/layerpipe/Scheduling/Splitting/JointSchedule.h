//===- JointSchedule.h - Splits, processors and times together --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is LayerPipe's problem as a whole (arXiv 2108.06629): which tasks are
// cut and where, which processor runs which part, when, and with which delays
// of the gradients. Each of these problems has a header of its own; this one
// chooses among answers that fit together. Eight tasks of one unit on three
// processors have a bound of 8/3, but whole tasks take 3; cut into eighths they
// take 2¾:
//
//   processor 0: F1 G1 ¾ I2, processor 1: F2 G2 ¼ I2 ½ I3, and
//   processor 2: F3 G3 ½ I3
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_JOINTSCHEDULE_H
#define LAYERPIPE_SCHEDULING_SPLITTING_JOINTSCHEDULE_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Model/LayerPins.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <optional>
#include <string_view>
#include <vector>

namespace layerpipe::scheduling {

/// A schedule is judged by these; less of each is better.
enum class Objective { period, staleness, memory, communication };

std::string_view toString(Objective objective);
std::optional<Objective> parseObjective(std::string_view text);

/// Reads names with commas between them. Blanks around a name are ignored, and
/// an empty text names none. Fails on an unknown name, and lists the known
/// ones.
Result<std::vector<Objective>> parseObjectives(std::string_view text);

struct JointProblem {
  /// These are the tasks before any split; the distances of gradient edges are
  /// free.
  TaskGraph graph;
  std::vector<SplitRule> rules;
  Machine machine;
  /// No layer's gradient may be later than this.
  std::optional<int64_t> maxStaleness = std::nullopt;
  /// These layers have their processors. Their tasks stay whole, so that no
  /// rule is about one of them.
  LayerPins pins = {};
};

/// Schedules are compared by these figures.
struct ScheduleFigures {
  int64_t period = 0;
  /// This many bytes travel between processors per iteration.
  int64_t communication = 0;
  /// These are Σ bytes · staleness of the layers (weightedStaleness), and the
  /// largest staleness.
  Wide staleness = 0;
  int64_t maxStaleness = 0;
  /// This is the largest memory of a processor.
  int64_t memory = 0;
  bool operator==(const ScheduleFigures &) const = default;
};

struct JointSchedule {
  std::vector<Split> splits;
  /// This is the graph in parts, on its processors, with free delays, which the
  /// schedule answers.
  CyclicProblem problem;
  CyclicSchedule schedule;
  ScheduleFigures figures;
  /// No schedule that keeps the problem's limits has a shorter period.
  int64_t lowerBound = 1;
  /// This proof is about the period: it is optimal when the period equals that
  /// bound.
  Proof proof = Proof::feasible;
  /// No schedule of this period has less weighted staleness, nor a smaller
  /// largest one: by each layer's loop (boundStaleness in JointBounds.h), or
  /// because everything was tried.
  Wide stalenessBound = 0;
  int64_t maxStalenessBound = 0;
  /// This says what keeps the period from being shorter. At the bound of
  /// boundJointSchedule, it is what this bound comes from. Above it, it is one
  /// of these:
  ///
  /// - staleness, memory: the search found a shorter period that breaks the
  ///   limit of the problem, `withoutLimit`;
  /// - link: the two processors exchange values all the time;
  /// - slice, task: `processor` is busy all the time, and no whole part nor
  ///   slice of what it runs fits into the time that another has left; that of
  ///   `task`, of whose slices or as a whole, is the shortest;
  /// - processor: it is busy all the time, and what it could give away would
  ///   have to be exchanged for something else;
  /// - none: nothing is busy all the time. Either every split, assignment and
  ///   period was tried (`proof`), or the search found nothing shorter.
  Obstacle obstacle;
  int64_t withoutLimit = 0;
};

/// Succeeds if the graph, the split rules, the machine and the pins are legal,
/// no rule is about a task of a pinned layer, and no cycle is left without a
/// delay when gradients have none.
Status check(const JointProblem &problem);

/// Returns the rules of tasks whose layers have no pins.
std::vector<SplitRule> dropPinned(const LayerPins &pins, const TaskGraph &graph,
                                  std::vector<SplitRule> rules);

/// Checks that splits, graph, processors, schedule and figures belong together
/// and keep every limit, that the bound is between boundJointSchedule's and the
/// period, and that the obstacle is as JointSchedule says. What only a search
/// can know (a bound above that, `withoutLimit`) is taken on trust. Knows
/// nothing of the solver.
Status verify(const JointProblem &problem, const JointSchedule &answer);

/// Returns whether `a` is as good as `b` in period, communication, staleness,
/// largest staleness and memory, and better in one.
bool dominates(const ScheduleFigures &a, const ScheduleFigures &b);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_JOINTSCHEDULE_H
