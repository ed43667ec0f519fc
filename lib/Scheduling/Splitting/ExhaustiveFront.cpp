//===- ExhaustiveFront.cpp - Every split and assignment -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExhaustiveFront.h"

#include "CandidateScheduler.h"
#include "layerpipe/Scheduling/Assignment/AllAssignments.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace layerpipe::scheduling {

bool addToFront(std::vector<JointSchedule> &front, JointSchedule answer) {
  for (const JointSchedule &other : front)
    if (other.figures == answer.figures ||
        dominates(other.figures, answer.figures))
      return false;
  std::erase_if(front, [&](const JointSchedule &other) {
    return dominates(answer.figures, other.figures);
  });
  front.push_back(std::move(answer));
  return true;
}

namespace {

/// A point is a staleness that is possible: the weighted and the largest one.
using Point = std::pair<Wide, int64_t>;
using Points = std::set<Point>;

/// A vector has a staleness for each layer that has parameters.
using Vector = std::map<int64_t, int64_t>;

class Exhaustive {
public:
  Exhaustive(const JointProblem &problem, const JointOptions &options,
             std::vector<JointSchedule> known)
      : problem(problem), options(options), scheduling(problem, options),
        deadline(options.limits), front(std::move(known)) {}

  ExhaustiveFront run();

private:
  void chooseSplits(size_t task, std::vector<Split> &splits);
  void addAssignments(const std::vector<Split> &splits);
  void search(const Candidate &candidate);
  void searchBetween(const JointSchedule &made, int64_t low,
                     const Points &least, int64_t high, const Points &most);
  Points pointsAt(const JointSchedule &made, int64_t period);
  std::optional<Point> leastWithin(const JointSchedule &made, int64_t period,
                                   int64_t most, Wide from);
  bool tryVector(const JointSchedule &made, int64_t period,
                 const Vector &staleness);
  std::vector<std::pair<Wide, Vector>> vectorsWithin(const TaskGraph &graph,
                                                     int64_t most);
  Result<CyclicSchedule> solve(const CyclicProblem &cyclic, int64_t period);
  int64_t shortestWithoutStaleness(int64_t communication, int64_t end) const;

  const JointProblem &problem;
  const JointOptions &options;
  CandidateScheduler scheduling;
  Deadline deadline;
  std::vector<JointSchedule> front;
  std::vector<Candidate> candidates;
  std::vector<std::vector<Split>> choices;
  bool complete = true;
};

//===----------------------------------------------------------------------===//
// Splits and assignments
//===----------------------------------------------------------------------===//

/// Returns all sets of cuts of a split rule, except the empty one: a length of
/// 3 with a quantum of 1 is cut at 1, at 2, or at both.
std::vector<Split> cutsOf(const SplitRule &rule, int64_t index) {
  std::vector<Split> all;
  std::vector<int64_t> positions;
  for (int64_t at = rule.quantum; at < rule.length; at += rule.quantum)
    positions.push_back(at);
  for (uint64_t chosen = 1; chosen < uint64_t(1) << positions.size();
       ++chosen) {
    Split split{index, {}};
    for (size_t i = 0; i < positions.size(); ++i)
      if (chosen >> i & 1)
        split.cuts.push_back(positions[i]);
    all.push_back(std::move(split));
  }
  return all;
}

void Exhaustive::chooseSplits(size_t task, std::vector<Split> &splits) {
  if (task == choices.size())
    return addAssignments(splits);
  chooseSplits(task + 1, splits);
  for (const Split &split : choices[task]) {
    splits.push_back(split);
    chooseSplits(task + 1, splits);
    splits.pop_back();
  }
}

/// Returns the bytes that travel. Each value counts once for each processor
/// that reads it.
Wide bytesOf(const TaskGraph &graph, const std::vector<int64_t> &assignment) {
  std::set<std::pair<int64_t, int64_t>> travels;
  for (const Edge &edge : graph.edges)
    if (int64_t from = assignment[edge.from], to = assignment[edge.to];
        from >= 0 && from != to)
      travels.emplace(edge.value, to);
  Wide bytes = 0;
  for (const auto &[value, to] : travels)
    bytes += graph.values[value].bytes;
  return bytes;
}

void Exhaustive::addAssignments(const std::vector<Split> &splits) {
  TaskGraph graph = splitTasks(problem.graph, problem.rules, splits).graph;
  std::vector<size_t> tasks;
  std::vector<std::optional<int64_t>> pins;
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    if (graph.tasks[task].kind == TaskKind::input)
      continue;
    tasks.push_back(task);
    int64_t pin = pinOf(problem.pins, graph.tasks[task]);
    pins.push_back(pin < 0 ? std::nullopt : std::optional(pin));
  }
  forAllAssignments(
      problem.machine, tasks.size(),
      [&](const std::vector<int64_t> &chosen) {
        Candidate candidate{splits,
                            std::vector<int64_t>(graph.tasks.size(), -1)};
        for (size_t i = 0; i < tasks.size(); ++i)
          candidate.assignment[tasks[i]] = chosen[i];
        candidate.communication = bytesOf(graph, candidate.assignment);
        candidates.push_back(std::move(candidate));
        return true;
      },
      pins);
}

//===----------------------------------------------------------------------===//
// Periods and staleness
//===----------------------------------------------------------------------===//

Result<CyclicSchedule> Exhaustive::solve(const CyclicProblem &cyclic,
                                         int64_t period) {
  ScheduleOptions choice;
  choice.period = period;
  choice.limits = options.limits;
  choice.exactEffort = options.exactEffort;
  Result<CyclicSchedule> solved = solveCyclicSchedule(cyclic, choice);
  if (!solved && solved.error().failure != Failure::infeasible)
    complete = false;
  return solved;
}

/// Returns a period in which one iteration fits after the other, so that
/// staleness is never needed.
int64_t endOfIteration(const CyclicProblem &problem) {
  Link slowest = slowestLink(problem.machine.links);
  Wide end = 1;
  for (int64_t duration : durationsOf(problem))
    end += duration;
  for (const Edge &edge : problem.graph.edges)
    end += wideTransferTime(slowest, problem.graph.values[edge.value].bytes) +
           slowest.latency;
  return static_cast<int64_t>(std::min<Wide>(end, Wide(2) * maxTotalTime));
}

/// Returns the period from which on nothing with so much communication can be
/// new, but at most `end`.
int64_t Exhaustive::shortestWithoutStaleness(int64_t communication,
                                             int64_t end) const {
  int64_t shortest = end;
  for (const JointSchedule &answer : front)
    if (answer.figures.maxStaleness == 0 &&
        answer.figures.communication <= communication)
      shortest = std::min(shortest, answer.figures.period);
  return shortest;
}

/// Returns all vectors in which no layer is later than `most`, the cheapest
/// first.
std::vector<std::pair<Wide, Vector>>
Exhaustive::vectorsWithin(const TaskGraph &graph, int64_t most) {
  constexpr size_t tooMany = 4096;
  std::map<int64_t, Wide> weights;
  for (const Edge &edge : graph.edges)
    if (edge.parameter >= 0)
      weights.emplace(graph.parameters[edge.parameter].layer, 0);
  for (const Parameter &parameter : graph.parameters)
    if (auto place = weights.find(parameter.layer); place != weights.end())
      place->second += parameter.bytes;
  std::vector<std::pair<Wide, Vector>> vectors = {{}};
  for (const auto &[layer, bytes] : weights) {
    std::vector<std::pair<Wide, Vector>> longer;
    for (const auto &[weight, vector] : vectors)
      for (int64_t late = 0; late <= most; ++late) {
        longer.emplace_back(weight + late * std::max<Wide>(bytes, 1), vector);
        longer.back().second[layer] = late;
      }
    vectors = std::move(longer);
    if (vectors.size() > tooMany) {
      complete = false;
      return {};
    }
  }
  std::sort(vectors.begin(), vectors.end());
  return vectors;
}

/// Adds the schedule of this period with these delays; returns false if there
/// is none.
bool Exhaustive::tryVector(const JointSchedule &made, int64_t period,
                           const Vector &staleness) {
  CyclicProblem given = made.problem;
  given.delays = Delays::given;
  for (Edge &edge : given.graph.edges)
    if (edge.parameter >= 0)
      edge.distance =
          staleness.at(given.graph.parameters[edge.parameter].layer);
  Result<CyclicSchedule> solved = solve(given, period);
  if (!solved)
    return false;
  JointSchedule answer = made;
  scheduling.finish(answer, std::move(solved->solution));
  addToFront(front, std::move(answer));
  return true;
}

/// Returns the least weighted staleness, `from` or more, of schedules in which
/// no gradient is later than `most`.
std::optional<Point> Exhaustive::leastWithin(const JointSchedule &made,
                                             int64_t period, int64_t most,
                                             Wide from) {
  std::vector<std::pair<Wide, Vector>> vectors =
      vectorsWithin(made.problem.graph, most);
  if (vectors.empty() || !tryVector(made, period, vectors.back().second))
    return std::nullopt;
  for (const auto &[weight, vector] : vectors) {
    if (weight < from || !tryVector(made, period, vector))
      continue;
    int64_t latest = 0;
    for (const auto &[layer, late] : vector)
      latest = std::max(latest, late);
    return Point(weight, latest);
  }
  return std::nullopt;
}

Points Exhaustive::pointsAt(const JointSchedule &made, int64_t period) {
  Result<CyclicSchedule> least = solve(made.problem, period);
  if (!least)
    return {};
  complete &= least->stalenessProof == Proof::optimal;
  JointSchedule answer = made;
  scheduling.finish(answer, std::move(least->solution));
  Points points;
  Wide weight = answer.figures.staleness;
  int64_t limit =
      problem.maxStaleness.value_or(std::numeric_limits<int64_t>::max());
  int64_t most = answer.figures.maxStaleness;
  if (most <= limit) {
    points.emplace(weight, most);
    addToFront(front, std::move(answer));
  }
  for (most = std::min(most - 1, limit); most >= 0 && !deadline.passed();) {
    std::optional<Point> next = leastWithin(made, period, most, weight);
    if (!next)
      break;
    points.insert(*next);
    most = next->second - 1;
  }
  // Points are in the order of their weights; of equals, the first is best.
  int64_t latest = std::numeric_limits<int64_t>::max();
  std::erase_if(points, [&](const Point &point) {
    bool dominated = point.second >= latest;
    latest = std::min(latest, point.second);
    return dominated;
  });
  return points;
}

void Exhaustive::searchBetween(const JointSchedule &made, int64_t low,
                               const Points &least, int64_t high,
                               const Points &most) {
  if (high - low < 2 || least == most)
    return;
  if (deadline.passed()) {
    complete = false;
    return;
  }
  int64_t middle = low + (high - low) / 2;
  Points points = pointsAt(made, middle);
  searchBetween(made, low, least, middle, points);
  searchBetween(made, middle, points, high, most);
}

void Exhaustive::search(const Candidate &candidate) {
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  int64_t bytes =
      static_cast<int64_t>(std::min(candidate.communication, largest));
  JointSchedule made = scheduling.makeAnswer(candidate);
  int64_t end =
      shortestWithoutStaleness(bytes, endOfIteration(made.problem) + 1);
  Result<Bounds> bounds = computeBounds(made.problem);
  if (!bounds || bounds->lower >= end)
    return;
  Result<CyclicSchedule> shortest = solve(made.problem, 0);
  if (!shortest)
    return;
  complete &= shortest->proof == Proof::optimal;
  int64_t low = shortest->solution.period;
  if (low >= end)
    return;
  Points least = pointsAt(made, low);
  if (end - 1 > low)
    searchBetween(made, low, least, end - 1, pointsAt(made, end - 1));
}

ExhaustiveFront Exhaustive::run() {
  std::map<int64_t, size_t> place;
  for (size_t index = 0; index < problem.rules.size(); ++index) {
    const SplitRule &rule = problem.rules[index];
    size_t position = place.emplace(rule.task, choices.size()).first->second;
    choices.resize(std::max(choices.size(), position + 1));
    for (Split &split : cutsOf(rule, static_cast<int64_t>(index)))
      choices[position].push_back(std::move(split));
  }
  std::vector<Split> splits;
  chooseSplits(0, splits);
  std::vector<std::pair<Wide, size_t>> order;
  for (size_t index = 0; index < candidates.size(); ++index)
    order.emplace_back(candidates[index].communication, index);
  std::sort(order.begin(), order.end());
  for (const auto &[bytes, index] : order)
    if (!deadline.passed())
      search(candidates[index]);
  complete &= !deadline.passed() && problem.machine.memory.empty();
  return {std::move(front), complete};
}

} // namespace

ExhaustiveFront searchExhaustively(const JointProblem &problem,
                                   const JointOptions &options,
                                   std::vector<JointSchedule> known) {
  return Exhaustive(problem, options, std::move(known)).run();
}

} // namespace layerpipe::scheduling
