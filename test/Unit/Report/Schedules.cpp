//===- Schedules.cpp - Small schedules for tests --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedules.h"

#include "../Scheduling/Graphs.h"

#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include <gtest/gtest.h>

namespace layerpipe::report::test {

using namespace scheduling;
using namespace scheduling::test;

static StaticSchedule solve(CyclicProblem problem) {
  problem.delays = Delays::least;
  Result<CyclicSchedule> solved = solveCyclicSchedule(problem);
  EXPECT_TRUE(solved) << solved.message();
  if (!solved)
    return {};
  Result<StaticSchedule> made = makeStaticSchedule(
      problem, solved->solution, {"network", "strategy", "ns"});
  EXPECT_TRUE(made) << made.message();
  return made ? *made : StaticSchedule();
}

StaticSchedule makeRandomSchedule(uint64_t seed) {
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  CyclicProblem problem;
  problem.graph = makeRandomTraining(random, 5);
  problem.machine.processors = draw(random, 2, 3);
  problem.machine.links.others.bandwidth = {draw(random, 0, 3), 4};
  problem.machine.links.others.latency = draw(random, 0, 2);
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(
        task.kind == TaskKind::input
            ? -1
            : draw(random, 0, problem.machine.processors - 1));
  return solve(std::move(problem));
}

StaticSchedule makeChainSchedule() {
  CyclicProblem problem;
  problem.graph = makeChain(4);
  problem.machine.processors = 2;
  problem.machine.links.others.bandwidth = {100, 1};
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input        ? -1
                                 : task.layer <= 2 && task.layer > 0 ? 0
                                                                     : 1);
  return solve(std::move(problem));
}

} // namespace layerpipe::report::test
