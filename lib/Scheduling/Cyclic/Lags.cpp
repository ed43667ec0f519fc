//===- Lags.cpp - Lags and staleness for given starts ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dependence between activities with known starts asks for a whole number of
// periods between their lags. Longest paths over those numbers give the lags.
//
//===----------------------------------------------------------------------===//

#include "Lags.h"

#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// Returns the dependences as constraints between lags; those of groups have
/// distance 0.
std::vector<Constraint> lagConstraints(const ActivityGraph &graph,
                                       int64_t period, const Starts &starts) {
  std::vector<Constraint> constraints;
  constraints.reserve(graph.dependences.size());
  for (const Dependence &dependence : graph.dependences)
    constraints.push_back({dependence.from, dependence.to,
                           periodsBetween(graph, period, starts, dependence) -
                               dependence.distance});
  return constraints;
}

/// This searches for the least staleness.
class StalenessSearch {
public:
  StalenessSearch(const CyclicProblem &problem, const ActivityGraph &graph,
                  int64_t period, const Starts &starts)
      : problem(problem), graph(graph), period(period), starts(starts),
        constraints(lagConstraints(graph, period, starts)),
        out(graph.activities.size(), constraints.size(),
            [&](int64_t index) { return constraints[index].from; }) {}

  std::optional<Placement> run();

private:
  bool isKind(int64_t activity, TaskKind kind) const {
    return activity < static_cast<int64_t>(problem.graph.tasks.size()) &&
           problem.graph.tasks[activity].kind == kind;
  }
  bool placeEarly();
  void delay(TaskKind kind);
  bool placeRest();
  std::vector<int64_t> staleness() const;
  bool lowerByOne(int64_t group, std::vector<int64_t> &staleness,
                  int64_t &effort);
  void lowerOneByOne(Placement &placement);

  const CyclicProblem &problem;
  const ActivityGraph &graph;
  int64_t period;
  const Starts &starts;
  std::vector<Constraint> constraints;
  Adjacency out;
  std::vector<Wide> lag;
  /// lowerByOne has here the constraints of each group, and by how much each
  /// lag rose in this attempt, which is 0 between attempts.
  std::vector<std::vector<int64_t>> constraintsOf;
  std::vector<Wide> raised;
};

/// Places everything but updates as early as possible. The updates themselves,
/// and activities that only updates feed, stay unbounded.
bool StalenessSearch::placeEarly() {
  int64_t count = graph.activities.size();
  std::vector<bool> fed(count, false);
  for (const Dependence &dependence : graph.dependences)
    if (dependence.distance == 0 && dependence.group < 0)
      fed[dependence.to] = true;
  std::vector<Wide> start(count, unbounded);
  for (int64_t activity = 0; activity < count; ++activity)
    if (!fed[activity] && !isKind(activity, TaskKind::update) &&
        !isKind(activity, TaskKind::input))
      start[activity] = 0;
  std::vector<Constraint> fixed;
  for (size_t index = 0; index < constraints.size(); ++index)
    if (graph.dependences[index].group < 0)
      fixed.push_back(constraints[index]);
  ConstraintSolution solution =
      solveConstraints(fixed, std::move(start), graph.order);
  lag = std::move(solution.value);
  return solution.feasible();
}

/// Moves tasks of the kind, and the transfers of their results, to the latest
/// lag that their readers allow. Later activities stay where they are.
void StalenessSearch::delay(TaskKind kind) {
  int64_t tasks = problem.graph.tasks.size();
  std::vector<bool> movable(graph.activities.size(), false);
  for (int64_t activity : graph.order) {
    if (activity < tasks)
      movable[activity] = isKind(activity, kind);
    if (!movable[activity] || activity >= tasks)
      continue;
    for (int64_t index : out.of(activity))
      if (constraints[index].to >= tasks)
        movable[constraints[index].to] = true;
  }
  for (auto it = graph.order.rbegin(); it != graph.order.rend(); ++it) {
    if (!movable[*it] || lag[*it] == unbounded)
      continue;
    Wide latest = -unbounded;
    for (int64_t index : out.of(*it)) {
      const Constraint &constraint = constraints[index];
      bool known = graph.dependences[index].group < 0 && constraint.to != *it &&
                   lag[constraint.to] != unbounded;
      if (known)
        latest = std::min(latest, lag[constraint.to] - constraint.weight);
    }
    if (latest != -unbounded)
      lag[*it] = std::max(lag[*it], latest);
  }
}

/// Places updates, and whatever else nothing bound from below, as late as their
/// readers allow, and activities that nobody reads as soon as possible.
bool StalenessSearch::placeRest() {
  std::vector<Constraint> mirrored;
  for (size_t index = 0; index < constraints.size(); ++index)
    if (graph.dependences[index].group < 0 &&
        lag[constraints[index].from] == unbounded)
      mirrored.push_back({constraints[index].to, constraints[index].from,
                          constraints[index].weight});
  std::vector<Wide> negated(lag.size(), unbounded);
  for (size_t activity = 0; activity < lag.size(); ++activity)
    if (lag[activity] != unbounded)
      negated[activity] = -lag[activity];
  std::vector<int64_t> reversed(graph.order.rbegin(), graph.order.rend());
  ConstraintSolution late = solveConstraints(mirrored, negated, reversed);
  std::vector<Wide> start = lag;
  for (size_t activity = 0; activity < lag.size(); ++activity)
    if (late.value[activity] != unbounded)
      start[activity] = -late.value[activity];
  std::vector<Constraint> unread;
  for (const Constraint &constraint : constraints)
    if (start[constraint.to] == unbounded)
      unread.push_back(constraint);
  ConstraintSolution rest =
      solveConstraints(unread, std::move(start), graph.order);
  lag = std::move(rest.value);
  for (Wide &value : lag)
    if (value == unbounded)
      value = 0;
  return late.feasible() && rest.feasible();
}

std::vector<int64_t> StalenessSearch::staleness() const {
  std::vector<int64_t> result(graph.groups.size(), 0);
  for (size_t index = 0; index < constraints.size(); ++index) {
    int64_t group = graph.dependences[index].group;
    if (group < 0)
      continue;
    const Constraint &constraint = constraints[index];
    Wide needed = constraint.weight + lag[constraint.from] - lag[constraint.to];
    result[group] = std::max(result[group], static_cast<int64_t>(needed));
  }
  return result;
}

/// Returns whether one delay less than `staleness` for `group` admits lags. If
/// so, `lag`, which must satisfy `staleness`, satisfies the lower one
/// afterwards. Each of the group's k constraints asks for one period more, so
/// lags rise by at most k, unless a cycle of constraints raises them for ever.
bool StalenessSearch::lowerByOne(int64_t group, std::vector<int64_t> &staleness,
                                 int64_t &effort) {
  std::vector<std::pair<int64_t, Wide>> before;
  std::vector<int64_t> open;
  const std::vector<int64_t> &members = constraintsOf[group];
  const Wide most = members.size();
  --staleness[group];
  bool feasible = true;
  auto raise = [&](int64_t index) {
    const Constraint &constraint = constraints[index];
    int64_t of = graph.dependences[index].group;
    Wide least = lag[constraint.from] + constraint.weight -
                 (of >= 0 ? staleness[of] : 0);
    Wide &value = lag[constraint.to];
    if (least <= value)
      return;
    before.push_back({constraint.to, value});
    raised[constraint.to] += least - value;
    value = least;
    feasible &= raised[constraint.to] <= most;
    open.push_back(constraint.to);
  };
  for (int64_t index : members)
    raise(index);
  for (size_t next = 0; feasible && next < open.size(); ++next)
    for (int64_t index : out.of(open[next])) {
      --effort;
      raise(index);
    }
  for (auto it = before.rbegin(); it != before.rend(); ++it) {
    raised[it->first] = 0;
    if (!feasible)
      lag[it->first] = it->second;
  }
  staleness[group] += feasible ? 0 : 1;
  return feasible;
}

/// Tries one delay less for each layer in turn, the heaviest parameters first.
/// If the layers have 4, 2 and 0 delays, it tries 3 for the heaviest of the
/// first two, then 2, and so on until one less admits no lags; then it goes on
/// with the other.
void StalenessSearch::lowerOneByOne(Placement &placement) {
  int64_t effort = 20'000'000; // This counts constraints that are looked at.
  constraintsOf.resize(graph.groups.size());
  for (size_t index = 0; index < constraints.size(); ++index)
    if (int64_t group = graph.dependences[index].group; group >= 0)
      constraintsOf[group].push_back(index);
  raised.assign(lag.size(), 0);
  std::vector<int64_t> groups(graph.groups.size());
  std::iota(groups.begin(), groups.end(), 0);
  std::sort(groups.begin(), groups.end(), [&](int64_t a, int64_t b) {
    return std::pair(-graph.groups[a].bytes, a) <
           std::pair(-graph.groups[b].bytes, b);
  });
  std::vector<int64_t> staleness = placement.staleness;
  for (int64_t group : groups)
    while (staleness[group] > 0 && effort > 0 &&
           lowerByOne(group, staleness, effort))
      continue;
  if (staleness != placement.staleness)
    placement = *findLags(graph, period, starts, staleness);
}

std::optional<Placement> StalenessSearch::run() {
  if (!placeEarly())
    return std::nullopt;
  delay(TaskKind::forward);
  if (!placeRest())
    return std::nullopt;
  delay(TaskKind::update);
  Placement placement;
  placement.period = period;
  placement.start = starts;
  for (Wide value : lag)
    placement.lag.push_back(static_cast<int64_t>(value));
  placement.staleness = staleness();
  lowerOneByOne(placement);
  return placement;
}

} // namespace

Wide periodsBetween(const ActivityGraph &graph, int64_t period,
                    const Starts &starts, const Dependence &dependence) {
  return ceilDiv(Wide(starts[dependence.from]) + dependence.delay -
                     starts[dependence.to],
                 period);
}

std::optional<Placement> findLags(const ActivityGraph &graph, int64_t period,
                                  const Starts &starts,
                                  const std::vector<int64_t> &staleness) {
  std::vector<Constraint> constraints = lagConstraints(graph, period, starts);
  for (size_t index = 0; index < constraints.size(); ++index)
    if (int64_t group = graph.dependences[index].group; group >= 0)
      constraints[index].weight -= staleness[group];
  ConstraintSolution solution = solveConstraints(
      constraints, std::vector<Wide>(graph.activities.size(), 0), graph.order);
  if (!solution.feasible())
    return std::nullopt;
  Placement placement;
  placement.period = period;
  placement.start = starts;
  for (Wide value : solution.value)
    placement.lag.push_back(static_cast<int64_t>(value));
  placement.staleness = staleness;
  return placement;
}

std::optional<Placement> findLeastStaleness(const CyclicProblem &problem,
                                            const ActivityGraph &graph,
                                            int64_t period,
                                            const Starts &starts) {
  return StalenessSearch(problem, graph, period, starts).run();
}

} // namespace layerpipe::scheduling
