//===- CandidateScheduler.cpp - Schedules of split assignments ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CandidateScheduler.h"

#include "JointFigures.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <algorithm>

namespace layerpipe::scheduling {

JointSchedule CandidateScheduler::makeAnswer(const Candidate &candidate) const {
  JointSchedule answer;
  answer.splits = candidate.splits;
  answer.problem = {
      splitTasks(problem.graph, problem.rules, candidate.splits).graph,
      problem.machine, candidate.assignment, Delays::least};
  return answer;
}

void CandidateScheduler::finish(JointSchedule &answer,
                                CyclicSolution solution) const {
  CyclicSchedule &schedule = answer.schedule;
  schedule.solution = std::move(solution);
  answer.figures = figuresOf(answer.problem, schedule.solution);
  schedule.staleness = answer.figures.staleness;
  schedule.stalenessProof =
      schedule.staleness == 0 ? Proof::optimal : Proof::feasible;
  Result<Bounds> bounds = computeBounds(answer.problem);
  if (!bounds)
    return;
  schedule.lowerBound = bounds->lower;
  schedule.obstacle = bounds->obstacle;
  schedule.proof = schedule.solution.period == bounds->lower ? Proof::optimal
                                                             : Proof::feasible;
}

bool CandidateScheduler::offer(JointSchedule answer) {
  const ScheduleFigures &figures = answer.figures;
  if (problem.maxStaleness && figures.maxStaleness > *problem.maxStaleness) {
    nearestStaleness = std::min(nearestStaleness.value_or(figures.maxStaleness),
                                figures.maxStaleness);
    shortestTooStale =
        std::min(shortestTooStale.value_or(figures.period), figures.period);
    return false;
  }
  answers.push_back(std::move(answer));
  return true;
}

void CandidateScheduler::dropShort(size_t from, int64_t period) {
  answers.erase(std::remove_if(answers.begin() + static_cast<int64_t>(from),
                               answers.end(),
                               [&](const JointSchedule &answer) {
                                 return answer.figures.period <= period;
                               }),
                answers.end());
}

bool CandidateScheduler::schedule(const Candidate &candidate, int64_t period) {
  JointSchedule answer = makeAnswer(candidate);
  ScheduleOptions choice;
  choice.period = period;
  choice.limits = options.limits;
  choice.wantedStaleness =
      std::min(problem.machine.processors - 1,
               problem.maxStaleness.value_or(problem.machine.processors));
  choice.exactEffort = options.exactEffort;
  Result<CyclicSchedule> solved = solveCyclicSchedule(answer.problem, choice);
  if (!solved) {
    lastError = solved.error();
    return false;
  }
  answer.schedule = std::move(*solved);
  answer.figures = figuresOf(answer.problem, answer.schedule.solution);
  return offer(std::move(answer));
}

bool CandidateScheduler::scheduleWithin(const Candidate &candidate,
                                        int64_t most) {
  JointSchedule answer = makeAnswer(candidate);
  ScheduleOptions choice;
  choice.limits = options.limits;
  choice.exactEffort = options.exactEffort;
  Result<CyclicSolution> solved = solveWithDelays(answer.problem, most, choice);
  if (!solved) {
    lastError = solved.error();
    return false;
  }
  if (most > 0 && schedule(candidate, solved->period) &&
      answers.back().figures.maxStaleness <= most)
    return true;
  finish(answer, std::move(*solved));
  return offer(std::move(answer));
}

bool CandidateScheduler::scheduleSequentially() {
  int64_t fastest = fastestProcessor(problem.machine);
  Candidate candidate;
  for (const Task &task : problem.graph.tasks)
    candidate.assignment.push_back(task.kind == TaskKind::input ? -1 : fastest);
  applyPins(problem.pins, problem.graph, candidate.assignment);
  return scheduleWithin(candidate, 0);
}

} // namespace layerpipe::scheduling
