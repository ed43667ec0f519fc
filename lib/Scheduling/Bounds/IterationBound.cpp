//===- IterationBound.cpp - Maximum cycle ratio ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Howard's policy iteration is made exact: the proposed cycle's ratio is
// computed again in integers and then proven, or improved, by longest paths.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Bounds/IterationBound.h"

#include "Howard.h"
#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

Fraction ratioOf(const TaskGraph &graph, const std::vector<int64_t> &distances,
                 const std::vector<int64_t> &cycle) {
  Fraction ratio{0, 0};
  for (int64_t edge : cycle) {
    ratio.numerator += graph.tasks[graph.edges[edge].from].time;
    ratio.denominator += distances[edge];
  }
  return ratio;
}

/// Returns a cycle of a greater ratio, which is one that is positive for
/// denominator·time − numerator·distance, or nothing when there is none. For
/// the ratio 4 / 1, a cycle of 5 units under one delay adds up to 5 − 4 = 1.
std::vector<int64_t> findGreaterCycle(const TaskGraph &graph,
                                      const std::vector<int64_t> &distances,
                                      const std::vector<int64_t> &order,
                                      Fraction ratio) {
  std::vector<Constraint> constraints;
  std::vector<int64_t> edgeOf;
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    if (distances[index] < 0)
      continue;
    const Edge &edge = graph.edges[index];
    Wide weight = Wide(ratio.denominator) * graph.tasks[edge.from].time -
                  Wide(ratio.numerator) * distances[index];
    constraints.push_back({edge.from, edge.to, weight});
    edgeOf.push_back(static_cast<int64_t>(index));
  }
  ConstraintSolution solution = solveConstraints(
      constraints, std::vector<Wide>(graph.tasks.size(), 0), order);
  for (int64_t &index : solution.contradiction)
    index = edgeOf[index];
  return solution.contradiction;
}

} // namespace

Result<IterationBound>
computeIterationBound(const TaskGraph &graph,
                      const std::vector<int64_t> &distances) {
  if (Status status = check(graph); !status)
    return status;
  if (distances.size() != graph.edges.size())
    return Error{fmt::format("{} distances for {} edges", distances.size(),
                             graph.edges.size())};
  std::vector<int64_t> order =
      topologicalOrder(graph.tasks.size(), delayFreeArcs(graph, distances));
  if (order.size() != graph.tasks.size())
    return Error{"with these distances a cycle has no delay"};

  IterationBound bound;
  std::vector<int64_t> better = proposeCycle(graph, distances);
  while (!better.empty()) {
    bound.ratio = reduce(ratioOf(graph, distances, better));
    bound.criticalCycle = std::move(better);
    better = findGreaterCycle(graph, distances, order, bound.ratio);
  }
  return bound;
}

Result<IterationBound> computeIterationBound(const TaskGraph &graph) {
  return computeIterationBound(graph, distancesOf(graph));
}

Status verify(const TaskGraph &graph, const IterationBound &bound) {
  return verify(graph, distancesOf(graph), bound);
}

Status verify(const TaskGraph &graph, const std::vector<int64_t> &distances,
              const IterationBound &bound) {
  if (Status status = check(graph); !status)
    return status;
  if (distances.size() != graph.edges.size())
    return Error{fmt::format("{} distances for {} edges", distances.size(),
                             graph.edges.size())};
  Fraction zero{0, 1};
  if (bound.ratio.denominator <= 0 || bound.ratio < zero)
    return Error{"the iteration bound is no fraction ≥ 0"};
  if (bound.criticalCycle.empty()) {
    if (bound.ratio != zero)
      return Error{"a positive iteration bound needs a critical cycle"};
  } else {
    if (!checkClosedWalk(graph, bound.criticalCycle))
      return Error{"the critical cycle's edges do not form a cycle"};
    for (int64_t edge : bound.criticalCycle)
      if (distances[edge] < 0)
        return Error{fmt::format("the critical cycle has edge {}, which is "
                                 "left out",
                                 describeEdge(graph, edge))};
    if (ratioOf(graph, distances, bound.criticalCycle) != bound.ratio)
      return Error{"the critical cycle has another ratio than the bound"};
  }
  std::vector<int64_t> order =
      topologicalOrder(graph.tasks.size(), delayFreeArcs(graph, distances));
  std::vector<int64_t> greater =
      findGreaterCycle(graph, distances, order, bound.ratio);
  if (!greater.empty())
    return Error{fmt::format("a cycle through {} has a greater ratio than {}",
                             describeTask(graph, graph.edges[greater[0]].from),
                             toString(bound.ratio))};
  return Status::success();
}

} // namespace layerpipe::scheduling
