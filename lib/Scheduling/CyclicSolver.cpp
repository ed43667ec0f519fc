//===- CyclicSolver.cpp - Solving cyclic schedules ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search over periods and placement orders. Each attempt yields starts;
// the lags and the staleness follow from them exactly.
//
//===----------------------------------------------------------------------===//

#include "ArcPlacement.h"
#include "GraphOrder.h"
#include "Lags.h"
#include "ModuloScheduling.h"
#include "layerpipe/Scheduling/Bounds.h"
#include "layerpipe/Scheduling/Capacity.h"
#include "layerpipe/Scheduling/CyclicSchedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// What the search minimises once the period is fixed: staleness times bytes,
/// then the bytes that the channels hold.
using Score = std::tuple<Wide, Wide>;

class Solver {
public:
  explicit Solver(const CyclicProblem &problem)
      : problem(problem), graph(makeActivities(problem)) {
    makeOrders();
  }

  /// The best schedule found at this period.
  std::optional<CyclicSolution> solveAt(int64_t period);
  /// At a period that one iteration fits in: always succeeds.
  int64_t safePeriod() const;
  int64_t size() const { return graph.activities.size() + 1; }
  std::optional<CyclicSolution> solveSafely(int64_t period);

private:
  void makeOrders();
  std::vector<int64_t> orderBy(const std::vector<int64_t> &time) const;
  std::vector<int64_t> criticalFirst() const;
  std::optional<Placement> complete(int64_t period, const Starts &starts) const;
  Score scoreOf(const CyclicSolution &solution,
                const std::vector<int64_t> &staleness) const;
  void offer(int64_t period, const Starts &starts);

  const CyclicProblem &problem;
  ActivityGraph graph;
  std::vector<std::vector<int64_t>> orders;
  std::optional<CyclicSolution> best;
  Score bestScore;
};

/// Activities by time, topological where times are equal.
std::vector<int64_t> Solver::orderBy(const std::vector<int64_t> &time) const {
  std::vector<int64_t> order = graph.order;
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::pair(time[a], graph.rank[a]) <
           std::pair(time[b], graph.rank[b]);
  });
  return order;
}

/// Topological, always the activity from which the longest way leads to the
/// end: the gradients of activations before those of weights.
std::vector<int64_t> Solver::criticalFirst() const {
  int64_t count = graph.activities.size();
  Adjacency out(count, graph.dependences.size(),
                [&](int64_t index) { return graph.dependences[index].from; });
  std::vector<int64_t> height(count, 0);
  std::vector<Arc> arcs;
  for (auto it = graph.order.rbegin(); it != graph.order.rend(); ++it) {
    height[*it] = -graph.activities[*it].duration;
    for (int64_t index : out.of(*it)) {
      const Dependence &dependence = graph.dependences[index];
      if (dependence.distance != 0)
        continue;
      arcs.push_back({*it, dependence.to});
      height[*it] =
          std::min(height[*it], height[dependence.to] - dependence.delay);
    }
  }
  return topologicalOrder(count, arcs, height);
}

void Solver::makeOrders() {
  orders.push_back(graph.order);
  orders.push_back(orderBy(listIteration(graph).time));
  orders.push_back(orderBy(earliestIteration(graph).time));
  orders.push_back(criticalFirst());
}

std::optional<Placement> Solver::complete(int64_t period,
                                          const Starts &starts) const {
  if (problem.delays == Delays::least)
    return findLeastStaleness(problem, graph, period, starts);
  return findLags(graph, period, starts, {});
}

Score Solver::scoreOf(const CyclicSolution &solution,
                      const std::vector<int64_t> &staleness) const {
  Wide stale = 0, held = 0;
  for (size_t group = 0; group < graph.groups.size(); ++group)
    stale += Wide(staleness[group]) * (graph.groups[group].bytes + 1);
  std::vector<int64_t> copies(problem.graph.values.size(), 0);
  std::vector<int64_t> capacities = channelCapacities(problem, solution);
  for (size_t edge = 0; edge < capacities.size(); ++edge) {
    int64_t &most = copies[problem.graph.edges[edge].value];
    most = std::max(most, capacities[edge]);
  }
  for (size_t value = 0; value < copies.size(); ++value)
    held += Wide(copies[value]) * problem.graph.values[value].bytes;
  return {stale, held};
}

void Solver::offer(int64_t period, const Starts &starts) {
  std::optional<Placement> placement = complete(period, starts);
  if (!placement)
    return;
  CyclicSolution solution = makeSolution(problem, graph, *placement);
  Score score = scoreOf(solution, placement->staleness);
  if (best && score >= bestScore)
    return;
  best = std::move(solution);
  bestScore = score;
}

std::optional<CyclicSolution> Solver::solveAt(int64_t period) {
  best.reset();
  for (const std::vector<int64_t> &order : orders)
    if (std::optional<Starts> starts = placeOnArcs(graph, period, order))
      offer(period, *starts);
  bool least = problem.delays == Delays::least;
  if (!best)
    if (std::optional<Starts> starts = placeModulo(graph, period, least))
      offer(period, *starts);
  return best;
}

/// The makespan of one iteration, and one more when something without duration
/// stands at its very end: it would fall into the next period.
int64_t Solver::safePeriod() const {
  Iteration iteration = listIteration(graph);
  bool atEnd = std::find(iteration.time.begin(), iteration.time.end(),
                         iteration.makespan) != iteration.time.end();
  return iteration.makespan + (atEnd ? 1 : 0);
}

std::optional<CyclicSolution> Solver::solveSafely(int64_t period) {
  best.reset();
  offer(period, listIteration(graph).time);
  return best;
}

/// The smallest period in low … high at which the solver succeeds, by bisection
/// (as far as success is monotone), or nothing.
std::optional<CyclicSolution> searchPeriod(Solver &solver, int64_t low,
                                           int64_t high) {
  if (std::optional<CyclicSolution> at = solver.solveAt(low))
    return at;
  std::optional<CyclicSolution> best;
  int64_t failed = low;
  // Few on large graphs, where each takes seconds.
  int64_t attempts = std::clamp<int64_t>(100'000 / solver.size(), 6, 24);
  for (int i = 0; i < attempts && high - failed > 1; ++i) {
    int64_t middle = failed + (high - failed) / 2;
    std::optional<CyclicSolution> found = solver.solveAt(middle);
    if (found) {
      best = std::move(found);
      high = middle;
    } else {
      failed = middle;
    }
  }
  return best;
}

Result<CyclicSchedule> finish(const CyclicProblem &problem,
                              std::optional<CyclicSolution> solution,
                              int64_t lowerBound, const std::string &failure) {
  if (!solution)
    return Error{failure};
  if (Status status = verify(problem, *solution); !status)
    return Error{fmt::format("defect of the scheduler, please report it: its "
                             "schedule is wrong: {}",
                             status.message())};
  return CyclicSchedule{std::move(*solution), lowerBound};
}

} // namespace

Result<CyclicSchedule> solveCyclicSchedule(const CyclicProblem &problem,
                                           const ScheduleOptions &options) {
  Result<Bounds> bounds = computeBounds(problem);
  if (!bounds)
    return bounds.error();
  int64_t lower = bounds->lower;
  if (options.period < 0 || options.period > 2 * maxTotalTime)
    return Error{fmt::format("the period {} must lie between 1 and {}",
                             options.period, 2 * maxTotalTime)};
  if (options.period > 0 && options.period < lower)
    return Error{fmt::format("no schedule has period {}: the lower bound is {}",
                             options.period, lower)};
  Solver solver(problem);
  int64_t safe = solver.safePeriod();
  if (options.period > 0) {
    std::optional<CyclicSolution> solution = solver.solveAt(options.period);
    if (!solution && options.period >= safe)
      solution = solver.solveSafely(options.period);
    return finish(problem, std::move(solution), lower,
                  fmt::format("found no schedule of period {}; the lower bound "
                              "is {}, and {} is always possible",
                              options.period, lower, safe));
  }
  std::optional<CyclicSolution> solution = searchPeriod(solver, lower, safe);
  if (!solution)
    solution = solver.solveSafely(safe);
  return finish(problem, std::move(solution), lower,
                "found no schedule, not even one iteration after the other");
}

} // namespace layerpipe::scheduling
