//===- JointProblems.h - Joint problems for tests ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random problems by seed, and what is true of all their answers, found by
// trying everything.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_JOINTPROBLEMS_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_JOINTPROBLEMS_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"

#include <random>
#include <set>
#include <tuple>

namespace layerpipe::scheduling::test {

/// A training graph with skips, some split rules, and a machine with or without
/// speeds, links, latency and a staleness limit; no memory limits.
JointProblem makeRandomProblem(std::mt19937_64 &random, int64_t maxLayers);

/// One or two layers on two or three processors, a split rule or two of one or
/// two cuts.
JointProblem makeTinyProblem(std::mt19937_64 &random);

/// Pins some layers, and drops their rules.
void drawPins(std::mt19937_64 &random, JointProblem &problem);

/// A processor for each task.
std::vector<int64_t> drawAssignment(std::mt19937_64 &random,
                                    const JointProblem &problem);

/// Period, communication, weighted and largest staleness.
using FourFigures = std::tuple<int64_t, int64_t, Wide, int64_t>;
FourFigures fourOf(const ScheduleFigures &figures);

/// `a` is as good as `b` in each.
bool covers(const FourFigures &a, const FourFigures &b);

/// The non-dominated ones of all schedules that keep the staleness limit and
/// the pins: every split on quanta, every assignment, every period and every
/// staleness per layer, one by one.
std::set<FourFigures> frontByForce(const JointProblem &problem);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_JOINTPROBLEMS_H
