//===- CyclicSolverVerify.cpp - The judge of bounds with schedules --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks what comes with a cyclic schedule: the bounds of its period
// and of its staleness, and what is said to be proven. Nothing here is the
// solver's.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <fmt/format.h>

namespace layerpipe::scheduling {

/// Checks that `proof` is optimal exactly where what was found is the bound.
static Status checkProof(std::string_view what, Proof proof, Wide found,
                         Wide bound) {
  if (bound < 0 || bound > found)
    return Error{fmt::format("the bound of the {} does not lie between 0 and "
                             "what the schedule has",
                             what)};
  if ((proof == Proof::optimal) != (found == bound))
    return Error{fmt::format("the {} is said to be {}, which its bound does "
                             "not say",
                             what, toString(proof))};
  return Status::success();
}

Status verify(const CyclicProblem &problem, const CyclicSchedule &answer) {
  const CyclicSolution &solution = answer.solution;
  if (Status status = verify(problem, solution); !status)
    return status;
  if (answer.obstacle.kind != Obstacle::Kind::none)
    if (Status status =
            verifyObstacle(problem, answer.lowerBound, answer.obstacle);
        !status)
      return status;
  if (Status status = checkProof("period", answer.proof, solution.period,
                                 answer.lowerBound);
      !status)
    return status;
  Wide staleness = problem.delays == Delays::given
                       ? Wide(0)
                       : weightedStaleness(problem.graph, solution.distance);
  if (staleness != answer.staleness)
    return Error{"the schedule has another weighted staleness than is said"};
  return checkProof("weighted staleness", answer.stalenessProof, staleness,
                    answer.stalenessBound);
}

} // namespace layerpipe::scheduling
