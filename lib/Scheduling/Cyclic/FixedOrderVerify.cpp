//===- FixedOrderVerify.cpp - That a schedule keeps an order --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file compares the rounds of the processors task by task. Nothing here is
// the solver's.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/FixedOrder.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {

/// Checks that a processor keeps its round. A round is the same where one order
/// is the other, turned, and every task that the turn put in front is one
/// period later than those behind it.
static Status checkRound(const CyclicProblem &problem,
                         const CyclicSolution &given,
                         const CyclicSolution &solution, size_t processor) {
  const std::vector<int64_t> &before = given.order[processor];
  std::vector<int64_t> turned = solution.order[processor];
  if (before.size() != turned.size())
    return Error{fmt::format("processor {} runs {} tasks, where {} were given",
                             processor, turned.size(), before.size())};
  if (before.empty())
    return Status::success();
  auto first = std::find(turned.begin(), turned.end(), before.front());
  size_t later = first - turned.begin();
  std::rotate(turned.begin(), first, turned.end());
  if (turned != before)
    return Error{
        fmt::format("the round of processor {} is another one", processor)};
  auto moved = [&](int64_t task) {
    return solution.lag[task] - given.lag[task];
  };
  for (size_t place = 0; place < before.size(); ++place) {
    int64_t periods =
        moved(before.front()) + (place >= before.size() - later ? 1 : 0);
    if (moved(before[place]) != periods)
      return Error{fmt::format(
          "{} moved by {} periods, but its place in the round of processor {} "
          "by {}",
          describeTask(problem.graph, before[place]), moved(before[place]),
          processor, periods)};
  }
  return Status::success();
}

Status verifyInOrder(const CyclicProblem &problem, const CyclicSolution &given,
                     const CyclicSolution &solution) {
  CyclicProblem kept = problem;
  kept.delays = Delays::given;
  if (given.distance.size() != problem.graph.edges.size() ||
      given.lag.size() != problem.graph.tasks.size() ||
      given.order.size() != size_t(problem.machine.processors))
    return Error{"the schedule whose order is to be kept is of another graph "
                 "or machine"};
  for (size_t edge = 0; edge < given.distance.size(); ++edge)
    kept.graph.edges[edge].distance = given.distance[edge];
  if (Status status = verify(kept, solution); !status)
    return status;
  for (size_t processor = 0; processor < given.order.size(); ++processor)
    if (Status status = checkRound(problem, given, solution, processor);
        !status)
      return status;
  return Status::success();
}

} // namespace layerpipe::scheduling
