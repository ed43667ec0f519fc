//===- StorageFlow.cpp - Minimum storage as a flow ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file builds the differences, hands their dual to LEMON, and takes back
// lags and flow.
//
//===----------------------------------------------------------------------===//

#include "StorageFlow.h"

#include "layerpipe/Scheduling/Model/BoostGraph.h"

#include <boost/graph/incremental_components.hpp>
#include <boost/pending/disjoint_sets.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace layerpipe::scheduling {

StorageFlow::StorageFlow(const TaskGraph &graph, const StorageOptions &options)
    : graph(graph), options(options), variableOf(graph.tasks.size()) {
  int64_t tasks = graph.tasks.size();
  problem.cost.assign(tasks + graph.values.size(), 0);
  int64_t input = -1;
  for (int64_t task = 0; task < tasks; ++task) {
    variableOf[task] = task;
    if (!options.inputsTogether || graph.tasks[task].kind != TaskKind::input)
      continue;
    if (input < 0)
      input = task;
    variableOf[task] = input;
  }
  for (const Edge &edge : graph.edges)
    problem.constraints.push_back(
        {variableOf[edge.from], variableOf[edge.to], -edge.distance});
  if (!options.byEdge)
    for (const Edge &edge : graph.edges)
      problem.constraints.push_back(
          {variableOf[edge.to], tasks + edge.value, edge.distance});
  addCosts();
}

/// Adds the costs. Each counted value costs bytes · (M(v) − r(producer)), or
/// bytes · (r(to) − r(from)) for each edge.
void StorageFlow::addCosts() {
  int64_t tasks = graph.tasks.size();
  int64_t common = 0;
  for (const Edge &edge : graph.edges) {
    int64_t bytes = graph.values[edge.value].bytes;
    int64_t end = options.byEdge ? variableOf[edge.to] : tasks + edge.value;
    common = std::gcd(common, bytes);
    if (options.byEdge || problem.cost[end] == 0)
      problem.addCost(end, variableOf[edge.from], bytes);
  }
  unit = std::max<int64_t>(common, 1);
  for (Wide &cost : problem.cost)
    cost /= unit;
}

Status StorageFlow::checkSize() const {
  constexpr Wide mostFlow = Wide(1) << 60;
  constexpr size_t mostEdges = size_t(1) << 28;
  if (graph.edges.size() > mostEdges)
    return Error{fmt::format("{} edges; minimum storage takes at most {}",
                             graph.edges.size(), mostEdges)};
  Wide total = 0;
  for (Wide cost : problem.cost)
    total += cost > 0 ? cost : 0;
  if (total >= mostFlow)
    return Error{fmt::format("the bytes of the values that are read, divided "
                             "by their common divisor {}, add up to 2^60 or "
                             "more; give sizes in a coarser unit",
                             unit)};
  return Status::success();
}

void StorageFlow::addPath(const StorageProof::Path &path, int64_t delays) {
  problem.constraints.push_back(
      {variableOf[path.first], variableOf[path.last], 1 - delays});
  paths.push_back(path);
}

/// Storage is never negative, and checkSize has passed, so that nothing but a
/// solution can come out.
Retiming StorageFlow::solve() {
  std::optional<DualFlowSolution> solution = solveDualFlow(problem);
  amount = std::move(solution->flow);
  return settle(std::move(solution->value));
}

/// Returns the lags. Potentials of parts between which nothing flows can be far
/// apart. Where they are further apart than any constraint asks, no flow
/// crosses the gap, so that closing it changes no storage. Each part begins at
/// 0.
Retiming StorageFlow::settle(std::vector<int64_t> values) const {
  EdgeList<Constraint> links{static_cast<int64_t>(values.size()),
                             problem.constraints};
  boost::disjoint_sets_with_storage<IndexMap, IndexMap> parts(values.size());
  boost::incremental_components(links, parts);
  int64_t widest = 1;
  for (const Constraint &constraint : problem.constraints) {
    int64_t weight = static_cast<int64_t>(constraint.weight);
    widest = std::max(widest, std::abs(weight));
  }
  // An entry has a part and a variable.
  std::vector<std::pair<int64_t, int64_t>> sorted;
  for (size_t variable = 0; variable < values.size(); ++variable)
    sorted.push_back({parts.find_set(variable), variable});
  std::sort(sorted.begin(), sorted.end(), [&](const auto &a, const auto &b) {
    return std::pair(a.first, values[a.second]) <
           std::pair(b.first, values[b.second]);
  });
  std::vector<int64_t> settled(values.size(), 0);
  for (size_t i = 1; i < sorted.size(); ++i) {
    auto [part, variable] = sorted[i];
    auto [partBefore, before] = sorted[i - 1];
    if (part == partBefore)
      settled[variable] =
          settled[before] + std::min(values[variable] - values[before], widest);
  }
  Retiming lags;
  for (int64_t variable : variableOf)
    lags.push_back(settled[variable]);
  return lags;
}

StorageProof StorageFlow::flow() const {
  StorageProof proof;
  size_t edges = graph.edges.size();
  auto next = amount.begin();
  for (size_t i = 0; i < edges; ++i)
    proof.edges.push_back(Wide(*next++) * unit);
  for (size_t i = 0; i < edges && !options.byEdge; ++i)
    proof.readers.push_back(Wide(*next++) * unit);
  for (StorageProof::Path path : paths) {
    path.flow = Wide(*next++) * unit;
    if (path.flow > 0)
      proof.paths.push_back(path);
  }
  return proof;
}

Wide StorageFlow::optimum() const {
  Wide sum = 0;
  for (const Edge &edge : graph.edges)
    if (options.byEdge)
      sum += Wide(graph.values[edge.value].bytes) * edge.distance;
  for (size_t index = 0; index < amount.size(); ++index)
    sum += amount[index] * problem.constraints[index].weight * unit;
  return sum;
}

} // namespace layerpipe::scheduling
