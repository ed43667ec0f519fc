//===- JointBounds.h - What no joint schedule can beat ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These lower bounds hold for every choice of splits, processors and delays.
// Eight tasks of one unit on three processors are bounded by ⌈8/3⌉ = 3, or by
// 2667 if a unit is 1000.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_JOINTBOUNDS_H
#define LAYERPIPE_SCHEDULING_SPLITTING_JOINTBOUNDS_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// No split, assignment and schedule has a shorter period. The bound is the
/// largest of
///
/// - ⌈Σ time / Σ speed⌉, with the times of whole tasks;
/// - what is pinned to one processor, on that processor;
/// - the longest task without a split rule, and the longest slice that split
///   rules can't avoid (quantum / length of a task's time, rounded down, by
///   whichever split rule makes it shortest), on the fastest processor;
/// - ⌈T∞⌉ over the cycles without gradient edges, on which a task with split
///   rules counts as its shortest slice: some parts of the tasks of a cycle
///   form a cycle again, perhaps several times around, since each part reads
///   something of what it read as a whole.
struct JointBound {
  int64_t period = 1;
  /// The kinds are those of Bounds.h, cycle, task and work, or slice or pins.
  Obstacle obstacle;
};
Result<JointBound> boundJointSchedule(const JointProblem &problem);

/// Checks that the obstacle shows this bound, and that neither the work nor any
/// task or slice shows a larger one. Of cycles only the obstacle's is looked
/// at. It knows nothing of boundJointSchedule; O(V + E).
Status verify(const JointProblem &problem, const JointBound &bound);

/// No split, assignment and schedule of a period has less staleness. A layer's
/// weights pass its forward, the loss and its weight gradient on the way to its
/// next update. With a loop of 10 units and a period of 4 they need ⌈10/4⌉ = 3
/// delays, of which one is the weights' own and two are staleness. Each task of
/// a loop counts as its shortest slice on the fastest processor, or as a whole
/// on that of its pin: some parts follow each other as the whole tasks do.
struct StalenessBound {
  /// This is Σ bytes · staleness of the layers, as weightedStaleness counts.
  Wide weighted = 0;
  int64_t largest = 0;
  /// These edges are the loop of the layer with the largest bound, with the
  /// gradient's edge last. There are none where the largest bound is 0.
  std::vector<int64_t> loop = {};
};

/// Computes the bound over the loops that pass a task of kind loss. They are
/// the longest ones in training graphs. `period` must be positive.
/// O(losses · (V + E)).
StalenessBound boundStaleness(const JointProblem &problem, int64_t period);

/// Checks that the loop shows the largest bound, and, as far as a bounded
/// effort allows, that loops found one by one show the weighted one; otherwise,
/// that it is not more than if all layers had the largest. It knows nothing of
/// boundStaleness.
Status verify(const JointProblem &problem, int64_t period,
              const StalenessBound &bound);

/// Returns a bound of the memory: with less on each processor no schedule fits,
/// whatever the splits and the assignment. It is the largest of ⌈Σ bytes of the
/// values that are read / processors⌉, for each processor what its pinned
/// layers read, and for each task what one of its parts must read. That is all
/// values of a task without split rule; of other tasks it is the values that no
/// split cuts, which are those of inputs, weights and states.
int64_t boundMemory(const JointProblem &problem);

/// Returns how many pairs of splits on quanta and an assignment of the parts
/// there are, where equal processors are told apart and pins don't count. It
/// stops at the largest integer. O(split rules).
int64_t countSplitAssignments(const JointProblem &problem);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_JOINTBOUNDS_H
