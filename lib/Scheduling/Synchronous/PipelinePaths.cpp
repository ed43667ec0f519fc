//===- PipelinePaths.cpp - Longest ways of one microbatch -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelinePaths.h"

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

std::vector<int64_t> stageOrder(const PipelineProblem &problem) {
  std::vector<Arc> arcs;
  for (const StageEdge &edge : problem.edges)
    arcs.push_back({edge.from, edge.to});
  return topologicalOrder(problem.stages.size(), arcs);
}

void add(StageRange &range, const StageCosts &costs) {
  using enum ActionKind;
  int64_t input = costs.timeOf(input_gradient);
  int64_t weights = costs.timeOf(weight_gradient);
  int64_t together = costs.timeOf(backward);
  int64_t gradient = std::min(input, together);
  int64_t both = std::min(input + weights, together);
  auto least = [&](int64_t &value, int64_t other) {
    value = range.microbatches == 0 ? other : std::min(value, other);
  };
  least(range.forward, costs.timeOf(forward));
  least(range.gradient, gradient);
  least(range.weights, both - gradient);
  least(range.activationBytes, costs.activationBytes);
  least(range.weightGradientBytes, costs.weightGradientBytes);
  range.mostForward = std::max(range.mostForward, costs.timeOf(forward));
  range.mostBackward =
      std::max({range.mostBackward, input + weights, together});
  range.mostWeights = std::max({range.mostWeights, weights, both - gradient});
  range.work += costs.timeOf(forward) + both;
  ++range.microbatches;
}

} // namespace

PipelinePaths::PipelinePaths(const PipelineProblem &problem)
    : problem(problem), costs(problem), ranges(problem.stages.size()),
      order(stageOrder(problem)),
      edgesFrom(problem.stages.size(), problem.edges.size(),
                [&](int64_t edge) { return problem.edges[edge].from; }) {
  makeRanges();
  makePaths();
}

void PipelinePaths::makeRanges() {
  for (size_t stage = 0; stage < ranges.size(); ++stage)
    for (int64_t m = 0; m < problem.microbatches; ++m)
      if (runsThrough(problem, m, stage))
        add(ranges[stage], costs.stage(stage, m));
  for (size_t edge = 0; edge < problem.edges.size(); ++edge) {
    const EdgeCosts &first = costs.edge(edge, 0);
    travel.push_back(first.transferTime + first.latency);
    for (int64_t m = 1; m < problem.microbatches && !problem.samples.empty();
         ++m)
      travel[edge] = std::min(travel[edge], costs.edge(edge, m).transferTime +
                                                costs.edge(edge, m).latency);
  }
}

void PipelinePaths::makePaths() {
  size_t count = ranges.size();
  head.assign(count, 0);
  tail.assign(count, 0);
  firstTail.assign(count, -1);
  trip.assign(count, 0);
  for (int64_t stage : order)
    for (int64_t edge : edgesFrom.of(stage)) {
      int64_t &next = head[problem.edges[edge].to];
      next = std::max(next, head[stage] + ranges[stage].forward + travel[edge]);
    }
  // The edges into a stage come from stages before it in the order.
  for (int64_t stage : order) {
    bool isFirst = firstTail[stage] < 0;
    if (isFirst)
      firstTail[stage] = ranges[stage].weights;
    tail[stage] = std::max(tail[stage], ranges[stage].weights);
    for (int64_t edge : edgesFrom.of(stage)) {
      int64_t next = problem.edges[edge].to;
      int64_t step = travel[edge] + ranges[stage].gradient;
      tail[next] = std::max(tail[next], step + tail[stage]);
      firstTail[next] = std::max(firstTail[next], step + firstTail[stage]);
    }
  }
  for (auto stage = order.rbegin(); stage != order.rend(); ++stage) {
    int64_t beyond = 0;
    for (int64_t edge : edgesFrom.of(*stage))
      beyond =
          std::max(beyond, 2 * travel[edge] + trip[problem.edges[edge].to]);
    trip[*stage] = ranges[*stage].forward + beyond + ranges[*stage].gradient;
  }
}

std::vector<int64_t> PipelinePaths::forwardsFrom(int64_t stage) const {
  std::vector<int64_t> time(ranges.size(), -1);
  time[stage] = 0;
  for (int64_t at : order)
    for (int64_t edge : edgesFrom.of(at))
      if (time[at] >= 0) {
        int64_t &next = time[problem.edges[edge].to];
        next = std::max(next, time[at] + ranges[at].forward + travel[edge]);
      }
  return time;
}

} // namespace layerpipe::scheduling
