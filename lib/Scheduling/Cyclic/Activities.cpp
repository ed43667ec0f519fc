//===- Activities.cpp - What a cyclic schedule places in time -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file builds activities from a problem, and a solution from their
// placement.
//
//===----------------------------------------------------------------------===//

#include "Activities.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// Fills an ActivityGraph step by step.
class Builder {
public:
  explicit Builder(const CyclicProblem &problem)
      : problem(problem), graph(problem.graph) {}

  ActivityGraph build() {
    addTasks();
    addGroups();
    for (size_t edge = 0; edge < graph.edges.size(); ++edge)
      addEdge(edge);
    result.load.assign(result.resources, 0);
    for (const Activity &activity : result.activities)
      if (activity.resource >= 0)
        result.load[activity.resource] += activity.duration;
    sortActivities();
    return std::move(result);
  }

private:
  void addTasks();
  void addGroups();
  void addEdge(int64_t index);
  int64_t findTransfer(int64_t index);
  void sortActivities();

  const CyclicProblem &problem;
  const TaskGraph &graph;
  ActivityGraph result;
  std::map<std::pair<int64_t, int64_t>, int64_t> transferOf;
  std::map<std::pair<int64_t, int64_t>, int64_t> resourceOf;
};

void Builder::addTasks() {
  result.resources = problem.machine.processors;
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    result.activities.push_back(
        {durationOf(problem, task), problem.assignment[task]});
}

void Builder::addGroups() {
  result.edgeGroup.assign(graph.edges.size(), -1);
  if (problem.delays == Delays::given)
    return;
  std::map<int64_t, int64_t> groupOfLayer;
  for (const Parameter &parameter : graph.parameters) {
    auto [entry, isNew] =
        groupOfLayer.emplace(parameter.layer, result.groups.size());
    if (isNew)
      result.groups.push_back({parameter.layer, 0});
    result.groups[entry->second].bytes += parameter.bytes;
  }
  for (StalenessGroup &group : result.groups)
    group.weight = std::max<Wide>(group.bytes, 1);
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    if (int64_t parameter = graph.edges[edge].parameter; parameter >= 0)
      result.edgeGroup[edge] = groupOfLayer[graph.parameters[parameter].layer];
}

/// Returns the transfer of the edge's value to its reader's processor. It is
/// made on first use, together with its activity on the link.
int64_t Builder::findTransfer(int64_t index) {
  const Edge &edge = graph.edges[index];
  int64_t from = problem.assignment[edge.from];
  int64_t to = problem.assignment[edge.to];
  auto [entry, isNew] =
      transferOf.emplace(std::pair(edge.value, to), result.transfers.size());
  if (!isNew)
    return entry->second;
  Transfer transfer;
  transfer.value = edge.value;
  transfer.fromProcessor = from;
  transfer.toProcessor = to;
  const Link &joint = linkOf(problem.machine, from, to);
  transfer.duration = transferTime(joint, graph.values[edge.value].bytes);
  transfer.latency = joint.latency;
  int64_t activity = -1;
  if (transfer.duration > 0) {
    auto link = resourceOf.emplace(std::minmax(from, to), result.resources);
    if (link.second)
      ++result.resources;
    activity = result.activities.size();
    result.activities.push_back({transfer.duration, link.first->second});
    result.dependences.push_back(
        {edge.from, activity, result.activities[edge.from].duration, 0, -1});
  }
  result.transfers.push_back(transfer);
  result.transferActivity.push_back(activity);
  return entry->second;
}

void Builder::addEdge(int64_t index) {
  const Edge &edge = graph.edges[index];
  int64_t transfer = needsTransfer(problem, index) ? findTransfer(index) : -1;
  result.edgeTransfer.push_back(transfer);
  if (graph.tasks[edge.from].kind == TaskKind::input)
    return;
  Dependence dependence{edge.from, edge.to,
                        result.activities[edge.from].duration, edge.distance,
                        result.edgeGroup[index]};
  if (dependence.group >= 0)
    dependence.distance = 0;
  if (transfer >= 0) {
    const Transfer &made = result.transfers[transfer];
    int64_t activity = result.transferActivity[transfer];
    if (activity >= 0) {
      dependence.from = activity;
      dependence.delay = made.duration;
    }
    dependence.delay += made.latency;
  }
  result.dependences.push_back(dependence);
}

void Builder::sortActivities() {
  int64_t count = result.activities.size();
  std::vector<Arc> arcs;
  for (const Dependence &dependence : result.dependences)
    if (dependence.distance == 0)
      arcs.push_back({dependence.from, dependence.to});
  std::vector<Arc> withUpdates = arcs;
  for (const Edge &edge : graph.edges)
    if (edge.kind == EdgeKind::weight && edge.distance == 1 &&
        edge.from != edge.to)
      withUpdates.push_back({edge.to, edge.from});
  result.order = topologicalOrder(count, withUpdates);
  if (static_cast<int64_t>(result.order.size()) != count)
    result.order = topologicalOrder(count, arcs);
  result.rank.resize(count);
  for (int64_t place = 0; place < count; ++place)
    result.rank[result.order[place]] = place;
}

/// Splits an absolute time into a start within the period and a lag: time 11
/// with a period of 4 has start 3 and lag 2.
std::pair<int64_t, int64_t> split(Wide time, int64_t period) {
  Wide lag = floorDiv(time, period);
  return {static_cast<int64_t>(time - lag * period), static_cast<int64_t>(lag)};
}

/// Lets inputs arrive when their first reader starts.
void placeInputs(const CyclicProblem &problem, CyclicSolution &solution) {
  constexpr Wide never = Wide(1) << 120;
  std::vector<Wide> latest(problem.graph.tasks.size(), never);
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    Wide time = (Wide(solution.lag[edge.to]) + solution.distance[index]) *
                    solution.period +
                solution.start[edge.to];
    latest[edge.from] = std::min(latest[edge.from], time);
  }
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    if (problem.graph.tasks[task].kind == TaskKind::input &&
        latest[task] != never)
      std::tie(solution.start[task], solution.lag[task]) =
          split(latest[task], solution.period);
}

/// Returns the rank by which tasks without time run at one instant. It agrees
/// with the edges that have no delay left. There is always such a rank: these
/// edges close no cycle, since the graph has none without delays.
std::vector<int64_t> rankOfTies(const CyclicProblem &problem,
                                const ActivityGraph &graph,
                                const CyclicSolution &solution) {
  int64_t tasks = problem.graph.tasks.size();
  std::vector<int64_t> rank(graph.rank.begin(), graph.rank.begin() + tasks);
  std::vector<Arc> arcs;
  bool inOrder = true;
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    bool tie = graph.activities[edge.from].duration == 0 &&
               solution.start[edge.from] == solution.start[edge.to] &&
               solution.distance[index] + solution.lag[edge.to] ==
                   solution.lag[edge.from];
    if (!tie)
      continue;
    arcs.push_back({edge.from, edge.to});
    inOrder &= rank[edge.from] < rank[edge.to];
  }
  if (inOrder)
    return rank;
  std::vector<int64_t> order = topologicalOrder(tasks, arcs, rank);
  for (size_t place = 0; place < order.size(); ++place)
    rank[order[place]] = static_cast<int64_t>(place);
  return rank;
}

void sortOrders(const CyclicProblem &problem, const ActivityGraph &graph,
                CyclicSolution &solution) {
  std::vector<int64_t> rank = rankOfTies(problem, graph, solution);
  solution.order.resize(problem.machine.processors);
  for (int64_t task : graph.order)
    if (task < static_cast<int64_t>(problem.graph.tasks.size()) &&
        problem.assignment[task] >= 0)
      solution.order[problem.assignment[task]].push_back(task);
  auto key = [&](int64_t task) {
    return std::tuple(solution.start[task], graph.activities[task].duration > 0,
                      rank[task]);
  };
  for (std::vector<int64_t> &order : solution.order)
    std::sort(order.begin(), order.end(),
              [&](int64_t a, int64_t b) { return key(a) < key(b); });
}

} // namespace

ActivityGraph makeActivities(const CyclicProblem &problem) {
  return Builder(problem).build();
}

CyclicSolution makeSolution(const CyclicProblem &problem,
                            const ActivityGraph &graph,
                            const Placement &placement) {
  int64_t tasks = problem.graph.tasks.size();
  CyclicSolution solution;
  solution.period = placement.period;
  solution.start.assign(tasks, 0);
  solution.lag.assign(tasks, 0);
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int64_t task = 0; task < tasks; ++task)
    if (problem.assignment[task] >= 0)
      least = std::min(least, placement.lag[task]);
  for (int64_t task = 0; task < tasks; ++task) {
    if (problem.assignment[task] < 0)
      continue;
    solution.start[task] = placement.start[task];
    solution.lag[task] = placement.lag[task] - least;
  }
  for (size_t edge = 0; edge < problem.graph.edges.size(); ++edge) {
    int64_t group = graph.edgeGroup[edge];
    solution.distance.push_back(group >= 0
                                    ? placement.staleness[group]
                                    : problem.graph.edges[edge].distance);
  }
  solution.transfers = graph.transfers;
  solution.edgeTransfer = graph.edgeTransfer;
  for (size_t index = 0; index < graph.transfers.size(); ++index) {
    Transfer &transfer = solution.transfers[index];
    if (int64_t activity = graph.transferActivity[index]; activity >= 0) {
      transfer.start = placement.start[activity];
      transfer.lag = placement.lag[activity] - least;
      continue;
    }
    int64_t from = problem.graph.values[transfer.value].producer;
    Wide end = Wide(solution.lag[from]) * solution.period +
               solution.start[from] + graph.activities[from].duration;
    std::tie(transfer.start, transfer.lag) = split(end, solution.period);
  }
  placeInputs(problem, solution);
  sortOrders(problem, graph, solution);
  return solution;
}

} // namespace layerpipe::scheduling
