//===- Assignment.h - Which processor runs which task -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An assignment names the processor of every task, on processors of given
// speeds and memories that exchange values over links. Contiguous assignments
// keep neighbouring layers together, as pipeline systems do; the free
// assignment lets every task go anywhere, which is what decoupled gradients
// permit. Two processors with the tasks of three layers, one unit each, get
//
//   contiguous layers:  F1 G1 F2 I2 G2 | F3 I3 G3      period 5
//   free:               F1 F2 F3 I3 | G3 G2 I2 G1      period 4
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_ASSIGNMENT_ASSIGNMENT_H
#define LAYERPIPE_SCHEDULING_ASSIGNMENT_ASSIGNMENT_H

#include "layerpipe/Scheduling/Assignment/AssignmentProblem.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <optional>
#include <string_view>
#include <vector>

namespace layerpipe::scheduling {

enum class AssignmentStrategy {
  /// Everything runs on processor 0.
  sequential,
  /// Stages of whole layers are contiguous (PipeDream, straight).
  contiguous,
  /// Stages are contiguous over the list forward, grad_weight, grad_input of
  /// each layer.
  contiguous_tasks,
  /// Every task goes anywhere (LayerPipe, intra-layer).
  free
};

std::string_view toString(AssignmentStrategy strategy);

struct Assignment {
  /// Each task has its processor here; inputs have −1.
  std::vector<int64_t> processor;
  /// This is the load of the busiest processor or link.
  int64_t period = 0;
  int64_t communicationBytes = 0;
  /// No assignment of the problem, whatever its strategy, has a shorter period.
  int64_t lowerBound = 0;
  /// No assignment of the problem with this period moves fewer bytes.
  int64_t communicationBound = 0;
  /// Each processor has here the bytes of the values that are read on it.
  std::vector<int64_t> memoryBytes;
  /// The proof is `optimal` if no assignment of the problem is better, in the
  /// period and then in the bytes. A period equal to its bound is the least in
  /// any case.
  Proof proof = Proof::feasible;
  /// This says why the period is not shorter. `task` and `work` forbid it for
  /// every assignment: that task, or its group, is too long; or there is too
  /// much work, or there are too many long tasks, for the processors.
  /// `processor` and `link` name the busiest resource of this assignment. It is
  /// `none` when the period is 0.
  Obstacle obstacle;
};

enum class ExactSearch {
  /// The search runs on small problems, and as long as a fixed effort lasts.
  automatic,
  /// The search runs until its end, or that of the time limit.
  always,
  never
};

struct AssignmentOptions {
  AssignmentStrategy strategy = AssignmentStrategy::free;
  Limits limits = {};
  /// This is for the strategy `free`; the others don't search.
  ExactSearch exact = ExactSearch::automatic;
  /// `free` starts from these assignments of the caller, which have a processor
  /// per task and −1 for inputs. One that breaks a pin or a group is mended
  /// first.
  std::vector<std::vector<int64_t>> starts = {};
};

/// Solves an assignment problem by one of the strategies.
///
/// `sequential`, `contiguous` and `contiguous_tasks` are rules: the answer is
/// what the rule says. The contiguous ones have the least largest load within
/// their rule on equal processors, and do not weigh transfers.
///
/// `free` searches exactly where the options and the size permit it (branch and
/// bound; optimal). Otherwise it takes the best of the caller's starts, the
/// contiguous assignments, and longest task first by completion time, and
/// improves it by moves and exchanges of tasks, groups and layers. The answer
/// is never worse than any of these that keeps the constraints.
///
/// Under `free` a task without time is placed by its bytes. Under
/// `contiguous_tasks` it runs where its operand is made (an update, even with
/// time, where its gradient is made). Under `contiguous` every task of a layer
/// runs on that layer's processor, and tasks of no layer run on the last one.
/// Processors beyond the number of layers or, under the other strategies, of
/// tasks stay idle. Equal processors without pinned tasks are numbered by their
/// first task.
///
/// Complexity: O((V + E) log V), and O(P·E) up to 64 processors, for the
/// starts; an effort linear in V + E for the improvement. The exact search is
/// exponential in the number of groups, single tasks included.
///
/// Fails in one of these ways:
///
/// - input: on a problem that check() refuses, a start of the wrong form,
///   `contiguous` without any layer, `contiguous_tasks` on more processors than
///   timed tasks, and a rule that breaks a pin or a group;
/// - infeasible: when no assignment fits the memories, as the exact search
///   proves, or because one group, the pinned tasks of one processor, or all
///   values together need too much;
/// - out_of_time: when none that fits was found and none was ruled out.
///
/// The obstacle of the last two is the memory of a processor.
///
/// Graham, "Bounds on multiprocessing timing anomalies", 1969 (longest first);
/// Martello and Toth, "Knapsack Problems", 1990, chapter 8 (bounds).
Result<Assignment> solveAssignment(const AssignmentProblem &problem,
                                   const AssignmentOptions &options = {});

/// Calls solveAssignment on that many equal processors without memory limits or
/// transfer times. Fails also on a graph without tasks (inputs do not count).
Result<Assignment> assignProcessors(const TaskGraph &graph, int64_t processors,
                                    AssignmentStrategy strategy,
                                    uint64_t seed = 0);

/// Calls solveAssignment on the machine, and fails also on a graph without
/// tasks.
Result<Assignment> assignProcessors(const TaskGraph &graph,
                                    const Machine &machine,
                                    AssignmentStrategy strategy,
                                    uint64_t seed = 0);

/// Calls solveAssignment on the problem, and fails also on a graph without
/// tasks.
Result<Assignment> assignProcessors(const AssignmentProblem &problem,
                                    AssignmentStrategy strategy,
                                    uint64_t seed = 0);

/// Checks that the assignment keeps every rule of the problem, that period,
/// bytes and memories are what they should be, that the bounds are not above
/// them nor below ⌈work / speeds⌉ and the longest task, that `optimal` has
/// bounds to show for it, and that the obstacle explains the period. Knows
/// nothing of any solver; O((V + E) log E).
Status verify(const AssignmentProblem &problem, const Assignment &assignment);

/// Checks the same on equal processors, as assignProcessors has them.
Status verify(const TaskGraph &graph, int64_t processors,
              const Assignment &assignment);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_ASSIGNMENT_ASSIGNMENT_H
