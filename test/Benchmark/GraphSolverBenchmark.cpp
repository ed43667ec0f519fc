//===- GraphSolverBenchmark.cpp - Solvers on graphs, own and Boost's ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycle ratios, difference constraints, flows and closures: what the product
// solves itself or with LEMON, beside Boost.Graph's algorithms for the same.
// docs/dependencies.md has the figures.
//
//===----------------------------------------------------------------------===//

#include "Alternate.h"
#include "Howard.h"
#include "LongestPaths.h"
#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"
#include "layerpipe/Scheduling/Constraints/DualFlow.h"

#include "layerpipe/Scheduling/Bounds/IterationBound.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/bellman_ford_shortest_paths.hpp>
#include <boost/graph/find_flow_cost.hpp>
#include <boost/graph/floyd_warshall_shortest.hpp>
#include <boost/graph/howard_cycle_ratio.hpp>
#include <boost/graph/successive_shortest_path_nonnegative_weights.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <cmath>
#include <functional>
#include <random>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::benchmarks;

namespace {

TaskGraph makeGraph(benchmark::State &state) {
  if (state.range(1) < 0) {
    state.SetLabel("random");
    return makeSparse(state.range(0), 4);
  }
  state.SetLabel("training");
  return makeTraining(state.range(0), state.range(1));
}

//===----------------------------------------------------------------------===//
// Cycle ratios
//===----------------------------------------------------------------------===//

/// Boost's own traits stop at improvements of 0.005.
struct TightTolerance {
  using value_type = double;
  static double infinity() { return std::numeric_limits<double>::max(); }
  static double epsilon() { return -1e-9; }
};

double ratioOf(const TaskGraph &graph, const std::vector<int64_t> &cycle) {
  double time = 0, distance = 0;
  for (int64_t edge : cycle) {
    time += static_cast<double>(graph.tasks[graph.edges[edge].from].time);
    distance += static_cast<double>(graph.edges[edge].distance);
  }
  return time / distance;
}

/// A guess of the greatest ratio of a cycle, in floating point.
void cycleRatio(benchmark::State &state) {
  TaskGraph graph = makeGraph(state);
  auto time = boost::make_function_property_map<int64_t>([&](int64_t edge) {
    return static_cast<double>(graph.tasks[graph.edges[edge].from].time);
  });
  auto distance = boost::make_function_property_map<int64_t>([&](int64_t edge) {
    return static_cast<double>(graph.edges[edge].distance);
  });
  alternate(
      state,
      [&] { return ratioOf(graph, proposeCycle(graph, distancesOf(graph))); },
      [&] {
        std::vector<int64_t> *noCycle = nullptr;
        return boost::maximum_cycle_ratio(Outgoing(graph), IndexMap(), time,
                                          distance, noCycle, TightTolerance());
      },
      [](double a, double b) { return std::abs(a - b) < 1e-6 * a; });
}

//===----------------------------------------------------------------------===//
// Difference constraints
//===----------------------------------------------------------------------===//

/// The system whose solution proves the iteration bound.
std::vector<Constraint> proofOf(const TaskGraph &graph) {
  Fraction ratio = computeIterationBound(graph)->ratio;
  std::vector<Constraint> constraints;
  for (const Edge &edge : graph.edges)
    constraints.push_back(
        {edge.from, edge.to,
         Wide(ratio.denominator) * graph.tasks[edge.from].time -
             Wide(ratio.numerator) * edge.distance});
  return constraints;
}

/// A system with a solution, and, where `contradictory`, one that asks the
/// critical cycle for half as much again and so has none.
void solveDifferences(benchmark::State &state, bool contradictory) {
  TaskGraph graph = makeGraph(state);
  std::vector<Constraint> constraints = proofOf(graph);
  if (contradictory)
    for (Constraint &constraint : constraints)
      constraint.weight += std::max<Wide>(constraint.weight / 2, 0);
  std::vector<int64_t> order = topologicalOrder(
      countNodes(graph), delayFreeArcs(graph, distancesOf(graph)));
  auto weights = boost::make_function_property_map<int64_t>(
      [&](int64_t index) { return constraints[index].weight; });
  std::vector<Wide> start(graph.tasks.size(), 0);
  alternate(
      state,
      [&] {
        ConstraintSolution solution =
            solveConstraints(constraints, start, order);
        return solution.feasible() ? solution.value : std::vector<Wide>();
      },
      [&] {
        EdgeList<Constraint> list{countNodes(graph), constraints};
        std::vector<Wide> value = start;
        bool feasible = boost::bellman_ford_shortest_paths(
            list, graph.tasks.size(), weights, boost::dummy_property_map(),
            boost::make_iterator_property_map(value.begin(), IndexMap()),
            std::plus<Wide>(), std::greater<Wide>(),
            boost::default_bellman_visitor());
        return feasible ? value : std::vector<Wide>();
      });
}

void differenceConstraints(benchmark::State &state) {
  solveDifferences(state, false);
}

void contradictoryConstraints(benchmark::State &state) {
  solveDifferences(state, true);
}

//===----------------------------------------------------------------------===//
// Flows
//===----------------------------------------------------------------------===//

/// Least storage at any lags: a task's variable, and one for its value's last
/// reader, as StorageFlow builds it.
DualFlowProblem storageProblem(const TaskGraph &graph) {
  DualFlowProblem problem;
  int64_t tasks = countNodes(graph);
  problem.cost.assign(tasks + graph.values.size(), 0);
  for (const Edge &edge : graph.edges) {
    problem.addConstraint(edge.from, edge.to, -edge.distance);
    problem.addConstraint(edge.to, tasks + edge.value, edge.distance);
    if (problem.cost[tasks + edge.value] == 0)
      problem.addCost(tasks + edge.value, edge.from,
                      graph.values[edge.value].bytes / 64);
  }
  return problem;
}

using FlowTraits =
    boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
struct FlowEdge {
  int64_t capacity = 0, residual = 0, cost = 0;
  FlowTraits::edge_descriptor reverse;
};
using FlowGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS,
                          boost::no_property, FlowEdge>;

void addFlowEdge(FlowGraph &network, int64_t from, int64_t to, int64_t capacity,
                 int64_t cost) {
  auto forth = boost::add_edge(from, to, network).first;
  auto back = boost::add_edge(to, from, network).first;
  network[forth] = {capacity, 0, cost, back};
  network[back] = {0, 0, -cost, forth};
}

/// The objective's optimum from the flow of least cost; costs are reduced by
/// the lags 0, which are a solution, so that none is negative.
int64_t boostOptimum(const TaskGraph &graph, const DualFlowProblem &problem) {
  int64_t count = problem.cost.size(), tasks = countNodes(graph);
  std::vector<int64_t> feasible(count, 0);
  for (const Edge &edge : graph.edges)
    feasible[tasks + edge.value] =
        std::max(feasible[tasks + edge.value], edge.distance);
  FlowGraph network(count + 2);
  constexpr int64_t most = int64_t(1) << 60;
  for (const Constraint &constraint : problem.constraints)
    addFlowEdge(network, constraint.from, constraint.to, most,
                feasible[constraint.to] - feasible[constraint.from] -
                    static_cast<int64_t>(constraint.weight));
  int64_t constant = 0;
  for (int64_t i = 0; i < count; ++i) {
    auto cost = static_cast<int64_t>(problem.cost[i]);
    constant += cost * feasible[i];
    if (cost < 0)
      addFlowEdge(network, count, i, -cost, 0);
    else if (cost > 0)
      addFlowEdge(network, i, count + 1, cost, 0);
  }
  boost::successive_shortest_path_nonnegative_weights(
      network, count, count + 1,
      boost::capacity_map(boost::get(&FlowEdge::capacity, network))
          .residual_capacity_map(boost::get(&FlowEdge::residual, network))
          .weight_map(boost::get(&FlowEdge::cost, network))
          .reverse_edge_map(boost::get(&FlowEdge::reverse, network)));
  return constant -
         boost::find_flow_cost(
             network,
             boost::capacity_map(boost::get(&FlowEdge::capacity, network))
                 .residual_capacity_map(
                     boost::get(&FlowEdge::residual, network))
                 .weight_map(boost::get(&FlowEdge::cost, network)));
}

/// LEMON's network simplex beside Boost's successive shortest paths.
void minimumCostFlow(benchmark::State &state) {
  TaskGraph graph = makeGraph(state);
  DualFlowProblem problem = storageProblem(graph);
  alternate(
      state,
      [&] {
        std::optional<DualFlowSolution> solution = solveDualFlow(problem);
        Wide optimum = 0;
        for (size_t i = 0; i < problem.cost.size(); ++i)
          optimum += problem.cost[i] * solution->value[i];
        return static_cast<int64_t>(optimum);
      },
      [&] { return boostOptimum(graph, problem); });
}

//===----------------------------------------------------------------------===//
// Closures
//===----------------------------------------------------------------------===//

/// One more difference in a closed system of `n`: own code closes it again,
/// Boost.Graph computes all pairs anew.
void closedDifferences(benchmark::State &state) {
  int64_t n = state.range(0);
  std::mt19937_64 random(1);
  LongestPaths closed(n);
  for (int64_t i = 1; i < n; ++i)
    closed.add(i - 1 - static_cast<int64_t>(random() % i), i,
               static_cast<int64_t>(random() % 100));
  alternate(
      state,
      [&] {
        LongestPaths more = closed;
        more.add(0, n - 1, 1000);
        return more.of(0, n - 1);
      },
      [&] {
        constexpr int64_t none = std::numeric_limits<int64_t>::min() / 4;
        std::vector<std::vector<int64_t>> matrix(n, std::vector<int64_t>(n));
        for (int64_t a = 0; a < n; ++a)
          for (int64_t b = 0; b < n; ++b)
            matrix[a][b] = std::max(closed.of(a, b), none);
        matrix[0][n - 1] = std::max<int64_t>(matrix[0][n - 1], 1000);
        TaskGraph nodes;
        nodes.tasks.resize(n);
        boost::floyd_warshall_initialized_all_pairs_shortest_paths(
            nodes, matrix, std::greater<int64_t>(), std::plus<int64_t>(), none,
            int64_t(0));
        return matrix[0][n - 1];
      });
}

void largeShapes(benchmark::internal::Benchmark *benchmark) {
  benchmark->ArgNames({"tasks", "branches"})->UseManualTime();
  benchmark->Args({100'000, 0})->Args({100'000, 25})->Args({100'000, -1});
  benchmark->Unit(benchmark::kMillisecond)->Iterations(5);
}

} // namespace

BENCHMARK(cycleRatio)->Apply(largeShapes);
BENCHMARK(differenceConstraints)->Apply(largeShapes);
BENCHMARK(contradictoryConstraints)
    ->ArgNames({"tasks", "branches"})
    ->Args({2'000, 25})
    ->Args({4'000, 25})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);
BENCHMARK(minimumCostFlow)
    ->ArgNames({"tasks", "branches"})
    ->Args({1'000, 25})
    ->Args({2'000, 25})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);
BENCHMARK(closedDifferences)
    ->ArgName("activities")
    ->Arg(16)
    ->Arg(64)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(21);
