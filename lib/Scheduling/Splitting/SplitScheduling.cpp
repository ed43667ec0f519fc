//===- SplitScheduling.cpp - Schedules of split assignments ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitScheduling.h"

#include "SplitFigures.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"

#include <algorithm>

namespace layerpipe::scheduling {

SplitSchedule SplitScheduling::makeAnswer(const Candidate &candidate) const {
  SplitSchedule answer;
  answer.splits = candidate.splits;
  answer.problem = {
      splitTasks(problem.graph, problem.divisions, candidate.splits).graph,
      problem.machine, candidate.assignment, Delays::least};
  return answer;
}

void SplitScheduling::finish(SplitSchedule &answer,
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

bool SplitScheduling::offer(SplitSchedule answer) {
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

bool SplitScheduling::schedule(const Candidate &candidate, int64_t period) {
  SplitSchedule answer = makeAnswer(candidate);
  ScheduleOptions choice;
  choice.period = period;
  choice.limits = options.limits;
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

bool SplitScheduling::scheduleWithin(const Candidate &candidate, int64_t most) {
  SplitSchedule answer = makeAnswer(candidate);
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

bool SplitScheduling::scheduleSequentially() {
  const Machine &machine = problem.machine;
  int64_t fastest = 0;
  for (size_t id = 1; id < machine.speeds.size(); ++id)
    if (machine.speeds[id] > machine.speeds[fastest])
      fastest = static_cast<int64_t>(id);
  Candidate candidate;
  for (const Task &task : problem.graph.tasks)
    candidate.assignment.push_back(task.kind == TaskKind::input ? -1 : fastest);
  return scheduleWithin(candidate, 0);
}

} // namespace layerpipe::scheduling
