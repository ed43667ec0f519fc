//===- DescribeObstacle.cpp - What limits a schedule with splits, in words ===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DescribeObstacle.h"

#include "layerpipe/Schedule/PeriodBound.h"

#include <fmt/format.h>

namespace layerpipe::strategies {

using namespace scheduling;

namespace {

std::string describeBusy(const TaskGraph &graph, const Obstacle &obstacle) {
  std::string processor = fmt::format("processor {}", obstacle.processor);
  switch (obstacle.kind) {
  case Obstacle::Kind::task:
    return fmt::format("{}: {} fits nowhere else", processor,
                       describeTask(graph, obstacle.task));
  case Obstacle::Kind::slice:
    return fmt::format("{}: no slice fits elsewhere, that of {} is the "
                       "smallest",
                       processor, describeTask(graph, obstacle.task));
  default:
    return processor;
  }
}

} // namespace

std::string describePins(int64_t processor) {
  return fmt::format("pins to processor {}", processor);
}

std::string describeObstacle(const JointProblem &problem,
                             const JointSchedule &answer) {
  const TaskGraph &graph = problem.graph;
  const Obstacle &obstacle = answer.obstacle;
  switch (obstacle.kind) {
  case Obstacle::Kind::none:
    return answer.proof == Proof::optimal ? "all splits and assignments"
                                          : "search";
  case Obstacle::Kind::cycle:
    return describeCycle(graph, obstacle.edges);
  case Obstacle::Kind::work:
    return "work";
  case Obstacle::Kind::task:
    if (obstacle.processor < 0)
      return "indivisible task " + describeTask(graph, obstacle.task);
    return describeBusy(graph, obstacle);
  case Obstacle::Kind::slice:
    if (obstacle.processor < 0)
      return "smallest slice of " + describeTask(graph, obstacle.task);
    return describeBusy(graph, obstacle);
  case Obstacle::Kind::processor:
    return describeBusy(graph, obstacle);
  case Obstacle::Kind::link:
    return fmt::format("link {} to {}", obstacle.processor, obstacle.other);
  case Obstacle::Kind::memory:
    return fmt::format("memory limit (found {} without it)",
                       answer.withoutLimit);
  case Obstacle::Kind::pins:
    return describePins(obstacle.processor);
  case Obstacle::Kind::staleness:
    return fmt::format("staleness limit {} (found {} without it)",
                       *problem.maxStaleness, answer.withoutLimit);
  }
  return "";
}

} // namespace layerpipe::strategies
