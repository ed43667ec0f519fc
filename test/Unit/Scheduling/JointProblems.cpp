//===- JointProblems.cpp - Joint problems for tests -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JointProblems.h"

#include "CyclicBruteForce.h"
#include "Graphs.h"
#include "RandomSplitRules.h"

#include "Support/RandomLinks.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace layerpipe::scheduling::test {

static void drawMachine(std::mt19937_64 &random, Machine &machine) {
  if (draw(random, 0, 2) == 0)
    for (int64_t i = 0; i < machine.processors; ++i)
      machine.speeds.push_back({draw(random, 1, 3), draw(random, 1, 2)});
  if (draw(random, 0, 2) == 0)
    machine.links.others.bandwidth = {draw(random, 20, 90), 1};
  if (draw(random, 0, 2) == 0)
    machine.links.others.latency = draw(random, 0, 3);
}

static void drawDifferingLinks(std::mt19937_64 &random, Machine &machine,
                               int64_t least, int64_t most) {
  machine.links = randomLinks(random, machine.processors, [&]() -> Link {
    return {{draw(random, least, most), 1}, draw(random, 0, 3)};
  });
}

/// Some of all, each with a quantum of its own.
static void drawDivisions(std::mt19937_64 &random, JointProblem &problem) {
  problem.rules =
      makeSplitRules(problem.graph, draw(random, 1, 9), draw(random, 1, 9));
  std::erase_if(problem.rules,
                [&](const SplitRule &) { return draw(random, 0, 3) == 0; });
  for (SplitRule &rule : problem.rules)
    rule.quantum = draw(random, 1, 3);
}

JointProblem makeRandomProblem(std::mt19937_64 &random, int64_t maxLayers) {
  JointProblem problem;
  problem.graph = makeRandomTraining(random, maxLayers);
  for (Value &value : problem.graph.values)
    value.bytes = draw(random, 0, 50);
  drawDivisions(random, problem);
  problem.machine.processors = draw(random, 1, 4);
  drawMachine(random, problem.machine);
  if (draw(random, 0, 2) == 0)
    problem.maxStaleness = draw(random, 0, 3);
  if (draw(random, 0, 2) == 0)
    drawDifferingLinks(random, problem.machine, 20, 90);
  return problem;
}

JointProblem makeTinyProblem(std::mt19937_64 &random) {
  JointProblem problem;
  bool two = draw(random, 0, 3) == 0;
  std::vector<LayerTimes> layers(two ? 2 : 1);
  for (LayerTimes &times : layers)
    times = {draw(random, 1, 2), draw(random, 0, 1), draw(random, 1, 2),
             draw(random, 0, 1)};
  problem.graph = makeChain(layers, 0, two);
  for (Value &value : problem.graph.values)
    value.bytes = draw(random, 0, 5);
  std::vector<SplitRule> rules =
      makeSplitRules(problem.graph, 2, draw(random, 2, 3));
  for (int64_t count = draw(random, 0, two ? 1 : 2); count > 0; --count) {
    size_t index = draw(random, 0, rules.size() - 1);
    problem.rules.push_back(rules[index]);
    rules.erase(rules.begin() + index);
  }
  problem.machine.processors = two ? 2 : draw(random, 2, 3);
  drawMachine(random, problem.machine);
  bool large = false;
  if (problem.machine.links.others.bandwidth.numerator > 0)
    problem.machine.links.others.bandwidth = {draw(random, 2, 5), 1};
  else
    large = draw(random, 0, 1) == 0;
  if (large)
    for (Value &value : problem.graph.values)
      value.bytes *= 60; // Of which roundings are a small part.
  problem.maxStaleness = draw(random, 0, 2);
  if (!large && draw(random, 0, 1) == 0)
    drawDifferingLinks(random, problem.machine, 2, 5);
  return problem;
}

std::vector<int64_t> drawAssignment(std::mt19937_64 &random,
                                    const JointProblem &problem) {
  std::vector<int64_t> assignment;
  for (const Task &task : problem.graph.tasks)
    assignment.push_back(task.kind == TaskKind::input
                             ? -1
                             : draw(random, 0, problem.machine.processors - 1));
  return assignment;
}

FourFigures fourOf(const ScheduleFigures &figures) {
  return {figures.period, figures.communication, figures.staleness,
          figures.maxStaleness};
}

bool covers(const FourFigures &a, const FourFigures &b) {
  return std::get<0>(a) <= std::get<0>(b) && std::get<1>(a) <= std::get<1>(b) &&
         std::get<2>(a) <= std::get<2>(b) && std::get<3>(a) <= std::get<3>(b);
}

//===----------------------------------------------------------------------===//
// Everything
//===----------------------------------------------------------------------===//

namespace {

struct Force {
  const JointProblem &problem;
  std::set<FourFigures> front = {};

  void run();
  void trySplits(const std::vector<Split> &splits);
  void tryAssignment(CyclicProblem cyclic);
  void tryStaleness(CyclicProblem cyclic, int64_t bytes,
                    const std::vector<int64_t> &staleness);
  void add(const FourFigures &figures);
};

void Force::add(const FourFigures &figures) {
  for (const FourFigures &other : front)
    if (covers(other, figures))
      return;
  std::erase_if(
      front, [&](const FourFigures &other) { return covers(figures, other); });
  front.insert(figures);
}

/// The least period with these delays, by brute force as far as that is quick;
/// beyond, by the exact search, which is compared with it elsewhere.
int64_t leastPeriod(const CyclicProblem &problem) {
  Result<CyclicSchedule> exact = solveCyclicSchedule(problem);
  EXPECT_TRUE(exact) << exact.message();
  if (!exact)
    return 0;
  EXPECT_EQ(exact->proof, Proof::optimal);
  int64_t period = exact->solution.period;
  double starts = 1;
  size_t items = exact->solution.transfers.size() - 1;
  for (int64_t processor : problem.assignment)
    items += processor >= 0;
  for (size_t item = 0; item < items; ++item)
    starts *= double(period);
  constexpr double quick = 5000;
  if (starts < quick)
    EXPECT_EQ(leastPeriodByForce(problem, period), period);
  return period;
}

void Force::tryStaleness(CyclicProblem cyclic, int64_t bytes,
                         const std::vector<int64_t> &staleness) {
  FourFigures figures(1, bytes, 0, 0);
  std::map<int64_t, int64_t> weight;
  for (const Parameter &parameter : cyclic.graph.parameters)
    weight[parameter.layer] += parameter.bytes;
  for (const auto &[layer, bytesOf] : weight) {
    std::get<2>(figures) +=
        Wide(std::max<int64_t>(bytesOf, 1)) * staleness[layer];
    std::get<3>(figures) = std::max(std::get<3>(figures), staleness[layer]);
  }
  cyclic.delays = Delays::given;
  for (Edge &edge : cyclic.graph.edges)
    if (edge.parameter >= 0)
      edge.distance = staleness[cyclic.graph.parameters[edge.parameter].layer];
  std::vector<int64_t> load(cyclic.machine.processors, 0);
  for (size_t task = 0; task < cyclic.graph.tasks.size(); ++task)
    if (int64_t processor = cyclic.assignment[task]; processor >= 0)
      load[processor] +=
          timeOn(cyclic.machine, processor, cyclic.graph.tasks[task].time);
  std::get<0>(figures) = *std::max_element(load.begin(), load.end());
  bool covered =
      std::any_of(front.begin(), front.end(), [&](const FourFigures &other) {
        return covers(other, figures);
      });
  if (covered)
    return; // Nothing is shorter than the largest load.
  std::get<0>(figures) = leastPeriod(cyclic);
  add(figures);
}

void Force::tryAssignment(CyclicProblem cyclic) {
  std::set<std::pair<int64_t, int64_t>> travels;
  int64_t bytes = 0;
  for (const Edge &edge : cyclic.graph.edges)
    if (int64_t from = cyclic.assignment[edge.from],
        to = cyclic.assignment[edge.to];
        from >= 0 && from != to && travels.insert({edge.value, to}).second)
      bytes += cyclic.graph.values[edge.value].bytes;
  int64_t layers = 0;
  for (const Parameter &parameter : cyclic.graph.parameters)
    layers = std::max(layers, parameter.layer);
  std::vector<int64_t> staleness(layers + 1, 0);
  while (true) {
    tryStaleness(cyclic, bytes, staleness);
    int64_t layer = 1;
    while (layer <= layers && staleness[layer] == *problem.maxStaleness)
      staleness[layer++] = 0;
    if (layer > layers)
      return;
    ++staleness[layer];
  }
}

void Force::trySplits(const std::vector<Split> &splits) {
  CyclicProblem cyclic{splitTasks(problem.graph, problem.rules, splits).graph,
                       problem.machine,
                       {},
                       Delays::least};
  for (const Task &task : cyclic.graph.tasks)
    cyclic.assignment.push_back(task.kind == TaskKind::input ? -1 : 0);
  auto hasPins = [&] {
    for (size_t task = 0; task < cyclic.assignment.size(); ++task)
      for (auto [layer, processor] : problem.pins)
        if (cyclic.graph.tasks[task].layer == layer &&
            cyclic.assignment[task] >= 0 &&
            cyclic.assignment[task] != processor)
          return false;
    return true;
  };
  while (true) {
    if (hasPins())
      tryAssignment(cyclic);
    size_t task = 0;
    for (; task < cyclic.assignment.size(); ++task) {
      int64_t &processor = cyclic.assignment[task];
      if (processor < 0)
        continue;
      if (++processor < problem.machine.processors)
        break;
      processor = 0;
    }
    if (task == cyclic.assignment.size())
      return;
  }
}

/// Every set of cuts of every split rule, with at most one split rule of a
/// task.
void Force::run() {
  std::vector<std::vector<Split>> all = {{}};
  for (size_t index = 0; index < problem.rules.size(); ++index) {
    const SplitRule &rule = problem.rules[index];
    std::vector<std::vector<Split>> longer = all;
    int64_t positions = (rule.length - 1) / rule.quantum;
    for (const std::vector<Split> &splits : all)
      for (int64_t chosen = 1; chosen < int64_t(1) << positions; ++chosen) {
        bool taken =
            std::any_of(splits.begin(), splits.end(), [&](const Split &other) {
              return problem.rules[other.rule].task == rule.task;
            });
        if (taken)
          continue;
        Split split{int64_t(index), {}};
        for (int64_t position = 1; position <= positions; ++position)
          if (chosen >> (position - 1) & 1)
            split.cuts.push_back(position * rule.quantum);
        longer.push_back(splits);
        longer.back().push_back(split);
      }
    all = std::move(longer);
  }
  for (const std::vector<Split> &splits : all)
    trySplits(splits);
}

} // namespace

void drawPins(std::mt19937_64 &random, JointProblem &problem) {
  int64_t share = draw(random, 1, 3);
  for (const Task &task : problem.graph.tasks)
    if (task.layer > 0 && task.kind == TaskKind::forward &&
        draw(random, 0, 3) < share)
      problem.pins[task.layer] =
          draw(random, 0, problem.machine.processors - 1);
  problem.rules =
      dropPinned(problem.pins, problem.graph, std::move(problem.rules));
}

std::set<FourFigures> frontByForce(const JointProblem &problem) {
  Force force{problem};
  force.run();
  return force.front;
}

} // namespace layerpipe::scheduling::test
