//===- FixedOrder.h - A schedule's order with other times -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A static program keeps its order at run time: every processor goes through
// its order, and a task starts as soon as its processor and its operands are
// there. If tasks turn out to take other times than the schedule was made with,
// the program keeps its order and lags, and its starts and its period follow
// the times. Let one processor run A and B of 2 units each with a period of 4:
//
//   A turns out to take 3, so that B starts at 3 instead of 2,
//   and the period is 5.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_FIXEDORDER_H
#define LAYERPIPE_SCHEDULING_CYCLIC_FIXEDORDER_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

namespace layerpipe::scheduling {

/// Returns the schedule that runs `problem`'s tasks, with the problem's times,
/// in the order of `given`: on every processor and link the same round, and on
/// every edge as many periods between producer and consumer. `given` may be a
/// schedule of the same tasks, assignment and machine with any other times; its
/// distances are kept.
///
/// The objective is the period. The answer is optimal: it is the iteration
/// bound, rounded up, of the graph whose edges have the distances w(e) =
/// distance + lag(to) − lag(from), joined by the orders as edges, without a
/// delay from each task to the next and with one from the last to the first.
/// Then all starts are as early as possible. A start that leaves the period
/// moves into the next one: the lag grows, and the task moves to the front of
/// its processor's order, while the round stays.
///
/// Complexity: that of a few longest paths, near linear on training graphs.
///
/// Fails on a problem that check() refuses; when `given` is of other tasks or
/// processors, or its order and edges wait for each other.
///
/// Sriram and Bhattacharyya, Embedded Multiprocessors: Scheduling and
/// Synchronization, 2000 (self-timed schedules and their graph of orders and
/// edges); Parhi, VLSI Digital Signal Processing Systems, chapter 2.
Result<CyclicSolution> scheduleInOrder(const CyclicProblem &problem,
                                       const CyclicSolution &given);

/// Checks that `solution` is a schedule of the problem which keeps the
/// distances of `given`, and on every processor its round: the same tasks
/// follow each other, those that moved into the next period first. It knows
/// nothing of the solver; O(E log E).
Status verifyInOrder(const CyclicProblem &problem, const CyclicSolution &given,
                     const CyclicSolution &solution);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_FIXEDORDER_H
