//===- Simulation.cpp - Self-timed execution of a schedule ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Processors and links are actors, each with its cyclic program. A firing waits
// for its data and for room in its channels. Every wait is for a firing with a
// known end, so that no event queue is needed. Let a task of 1 unit feed one of
// 3 units on another processor:
//
//   with a capacity of 1, it fires at 0, 4, 8, …, after the reader's ends;
//   with a capacity of 2, it fires at 0, 1, 4, …, and the reader never waits.
//
//===----------------------------------------------------------------------===//

#include "Simulation.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// This is one step of an actor's program: a task or, at index `tasks` + i,
/// transfer i.
struct Slot {
  int64_t item = -1;
  int64_t lag = 0;
};

struct Actor {
  std::vector<Slot> program;
  int64_t period = 0;
  size_t position = 0;
  int64_t freeFrom = 0;
  /// This many firings are still to come.
  int64_t remaining = 0;
};

class Simulator {
public:
  Simulator(const CyclicProblem &problem, const CyclicSolution &solution,
            const std::vector<int64_t> &capacities, int64_t iterations)
      : graph(problem.graph), solution(solution), capacities(capacities),
        iterations(iterations), tasks(graph.tasks.size()),
        in(incomingEdges(graph)), out(outgoingEdges(graph)),
        durations(durationsOf(problem)),
        ends(tasks + solution.transfers.size()) {
    makeActors();
  }

  Result<Simulation> run();

private:
  void makeActors();
  bool advance(Actor &actor);
  bool startOfFiring(int64_t item, int64_t iteration, int64_t &start) const;
  bool startOfTask(int64_t task, int64_t iteration, int64_t &start) const;
  bool waitForRoom(int64_t edge, int64_t iteration, int64_t &start) const;
  bool arrivalOf(int64_t edge, int64_t iteration, int64_t &time) const;
  std::string describeWaits() const;
  int64_t firings(int64_t item) const { return ends[item].size(); }

  const TaskGraph &graph;
  const CyclicSolution &solution;
  const std::vector<int64_t> &capacities;
  int64_t iterations;
  int64_t tasks;
  Adjacency in;
  Adjacency out;
  std::vector<int64_t> durations;
  /// Each item has here when each of its firings so far ended.
  std::vector<std::vector<int64_t>> ends;
  std::vector<Actor> actors;
};

/// Makes the actors. Processors run their orders, and each link its transfers
/// by start. Inputs, and transfers that occupy nothing, run by themselves.
void Simulator::makeActors() {
  for (const std::vector<int64_t> &order : solution.order) {
    actors.emplace_back();
    for (int64_t task : order)
      actors.back().program.push_back({task, solution.lag[task]});
  }
  for (int64_t task = 0; task < tasks; ++task)
    if (graph.tasks[task].kind == TaskKind::input)
      actors.emplace_back().program.push_back({task, solution.lag[task]});
  std::map<std::pair<int64_t, int64_t>, std::vector<int64_t>> links;
  for (size_t index = 0; index < solution.transfers.size(); ++index) {
    const Transfer &transfer = solution.transfers[index];
    if (transfer.duration > 0)
      links[std::minmax(transfer.fromProcessor, transfer.toProcessor)]
          .push_back(index);
    else
      actors.emplace_back().program.push_back(
          {tasks + static_cast<int64_t>(index), transfer.lag});
  }
  for (auto &[ends, transfers] : links) {
    std::sort(transfers.begin(), transfers.end(), [&](int64_t a, int64_t b) {
      return std::pair(solution.transfers[a].start, a) <
             std::pair(solution.transfers[b].start, b);
    });
    actors.emplace_back();
    for (int64_t index : transfers)
      actors.back().program.push_back(
          {tasks + index, solution.transfers[index].lag});
  }
  for (Actor &actor : actors)
    actor.remaining = iterations * static_cast<int64_t>(actor.program.size());
}

/// Raises `time` to when the value that `edge` brings for the reader's
/// iteration is there; returns false if it is not made yet.
bool Simulator::arrivalOf(int64_t edge, int64_t iteration,
                          int64_t &time) const {
  int64_t made = iteration - solution.distance[edge];
  if (made < 0)
    return true;
  int64_t transfer = solution.edgeTransfer[edge];
  int64_t source = transfer < 0 ? graph.edges[edge].from : tasks + transfer;
  if (firings(source) <= made)
    return false;
  int64_t latency = transfer < 0 ? 0 : solution.transfers[transfer].latency;
  time = std::max(time, ends[source][made] + latency);
  return true;
}

/// Raises `start` to when there is room for the producer's value. The value of
/// this iteration is the reader's for iteration + distance; it needs a place,
/// which the reader frees at its end. Returns false if that end is not known
/// yet.
bool Simulator::waitForRoom(int64_t edge, int64_t iteration,
                            int64_t &start) const {
  int64_t to = graph.edges[edge].to;
  int64_t readAt = iteration + solution.distance[edge];
  int64_t freed = readAt - capacities[edge];
  if (to == graph.edges[edge].from || readAt >= iterations || freed < 0)
    return true;
  if (firings(to) <= freed)
    return false;
  start = std::max(start, ends[to][freed]);
  return true;
}

bool Simulator::startOfTask(int64_t task, int64_t iteration,
                            int64_t &start) const {
  for (int64_t edge : in.of(task))
    if (!arrivalOf(edge, iteration, start))
      return false;
  for (int64_t edge : out.of(task))
    if (!waitForRoom(edge, iteration, start))
      return false;
  return true;
}

bool Simulator::startOfFiring(int64_t item, int64_t iteration,
                              int64_t &start) const {
  if (item < tasks)
    return startOfTask(item, iteration, start);
  int64_t producer =
      graph.values[solution.transfers[item - tasks].value].producer;
  if (firings(producer) <= iteration)
    return false;
  start = std::max(start, ends[producer][iteration]);
  return true;
}

/// Fires the next slot of the program, or passes over it if its iteration is
/// out of range. Returns false when it must wait.
bool Simulator::advance(Actor &actor) {
  const Slot &slot = actor.program[actor.position];
  int64_t iteration = actor.period - slot.lag;
  if (iteration >= 0 && iteration < iterations) {
    int64_t start = actor.freeFrom;
    if (!startOfFiring(slot.item, iteration, start))
      return false;
    int64_t duration = slot.item < tasks
                           ? durations[slot.item]
                           : solution.transfers[slot.item - tasks].duration;
    actor.freeFrom = start + duration;
    ends[slot.item].push_back(actor.freeFrom);
    --actor.remaining;
  }
  if (++actor.position == actor.program.size()) {
    actor.position = 0;
    ++actor.period;
  }
  return true;
}

std::string Simulator::describeWaits() const {
  std::string text;
  for (const Actor &actor : actors) {
    if (actor.remaining == 0)
      continue;
    const Slot &slot = actor.program[actor.position];
    int64_t iteration = actor.period - slot.lag;
    if (slot.item >= tasks)
      continue;
    std::string reason;
    int64_t ignored = 0;
    for (int64_t edge : in.of(slot.item))
      if (!arrivalOf(edge, iteration, ignored))
        reason = fmt::format("data over {}", describeEdge(graph, edge));
    for (int64_t edge : out.of(slot.item))
      if (!waitForRoom(edge, iteration, ignored))
        reason = fmt::format("room on {} (capacity {})",
                             describeEdge(graph, edge), capacities[edge]);
    text += fmt::format("{}{} of iteration {} waits for {}",
                        text.empty() ? "" : "; ",
                        describeTask(graph, slot.item), iteration, reason);
  }
  return text;
}

Result<Simulation> Simulator::run() {
  for (bool progress = true; progress;) {
    progress = false;
    for (Actor &actor : actors)
      while (actor.remaining > 0 && advance(actor))
        progress = true;
  }
  Simulation simulation;
  for (const Actor &actor : actors) {
    if (actor.remaining > 0)
      return Error{"deadlock: " + describeWaits()};
    simulation.makespan = std::max(simulation.makespan, actor.freeFrom);
  }
  simulation.firings = iterations * tasks;
  return simulation;
}

/// Checks that no time overflows, and that the run ends within reason.
Status checkEffort(const CyclicProblem &problem, const CyclicSolution &solution,
                   int64_t iterations) {
  constexpr int64_t maxPeriods = int64_t(1) << 20;
  int64_t periods = 0;
  for (int64_t lag : solution.lag)
    periods = std::max(periods, std::abs(lag));
  for (const Transfer &transfer : solution.transfers)
    periods = std::max(periods, std::abs(transfer.lag));
  if (iterations < 0 || iterations > maxPeriods || periods > maxPeriods)
    return Error{fmt::format("{} iterations with lags up to {} cannot be "
                             "simulated; both must lie below {}",
                             iterations, periods, maxPeriods)};
  Wide time = 0;
  for (int64_t duration : durationsOf(problem))
    time += duration;
  for (const Transfer &transfer : solution.transfers)
    time += Wide(transfer.duration) + transfer.latency;
  if (time * (iterations + 1) > Wide(1) << 62)
    return Error{"the times are too long to be simulated that often"};
  return Status::success();
}

} // namespace

Result<Simulation> simulate(const CyclicProblem &problem,
                            const CyclicSolution &solution,
                            const std::vector<int64_t> &capacities,
                            int64_t iterations) {
  if (Status status = verify(problem, solution); !status)
    return status;
  if (Status status = checkEffort(problem, solution, iterations); !status)
    return status;
  if (capacities.size() != problem.graph.edges.size())
    return Error{fmt::format("{} capacities for {} edges", capacities.size(),
                             problem.graph.edges.size())};
  for (size_t edge = 0; edge < capacities.size(); ++edge)
    if (capacities[edge] < 1)
      return Error{fmt::format("the channel {} has capacity {}; it must hold "
                               "at least one value",
                               describeEdge(problem.graph, edge),
                               capacities[edge])};
  return Simulator(problem, solution, capacities, iterations).run();
}

} // namespace layerpipe::scheduling
