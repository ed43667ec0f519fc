//===- CyclicBruteForce.cpp - Tiny cyclic problems by enumeration ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every combination of starts, pruned where two things overlap.
//
//===----------------------------------------------------------------------===//

#include "CyclicBruteForce.h"

#include "Graphs.h"
#include "Support/RandomLinks.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace layerpipe::scheduling::test {
namespace {

struct Item {
  int64_t duration = 0;
  std::pair<int64_t, int64_t> place; // A processor twice, or a link's ends.
};

struct Wait {
  size_t from = 0;
  size_t to = 0;
  int64_t delay = 0;
  int64_t distance = 0;
  int64_t layer = 0; // Of the staleness that is added; 0 for none.
};

struct Enumeration {
  int64_t period = 1;
  std::vector<Item> items;
  std::vector<Wait> waits;
  std::vector<int64_t> start;
  std::vector<int64_t> weight; // By layer.
  std::vector<std::vector<int64_t>> candidates;
  std::optional<Wide> best;

  explicit Enumeration(const CyclicProblem &problem);
  bool overlaps(size_t a, size_t b) const;
  bool hasLags(const std::vector<int64_t> &staleness) const;
  Wide costOf(const std::vector<int64_t> &staleness) const;
  void makeCandidates(int64_t most);
  void placeFrom(size_t item);
};

Enumeration::Enumeration(const CyclicProblem &problem) {
  const TaskGraph &graph = problem.graph;
  const Machine &machine = problem.machine;
  std::vector<size_t> itemOf(graph.tasks.size());
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    int64_t processor = problem.assignment[task];
    if (processor < 0)
      continue;
    itemOf[task] = items.size();
    items.push_back({timeOn(machine, processor, graph.tasks[task].time),
                     {processor, processor}});
  }
  int64_t layers = 0;
  for (const Parameter &parameter : graph.parameters)
    layers = std::max(layers, parameter.layer);
  weight.assign(layers + 1, 0);
  for (const Parameter &parameter : graph.parameters)
    weight[parameter.layer] += parameter.bytes;
  for (int64_t &each : weight)
    each = std::max<int64_t>(each, 1);
  std::map<std::pair<int64_t, int64_t>, size_t> sent;
  for (const Edge &edge : graph.edges) {
    int64_t from = problem.assignment[edge.from];
    int64_t to = problem.assignment[edge.to];
    if (from < 0)
      continue;
    Wait wait{itemOf[edge.from], itemOf[edge.to],
              items[itemOf[edge.from]].duration, edge.distance, 0};
    if (problem.delays == Delays::least && edge.parameter >= 0) {
      wait.distance = 0;
      wait.layer = graph.parameters[edge.parameter].layer;
    }
    if (from != to) {
      const Link &link = linkOf(machine, from, to);
      int64_t time = transferTime(link, graph.values[edge.value].bytes);
      if (time > 0) {
        auto [entry, isNew] =
            sent.emplace(std::pair(edge.value, to), items.size());
        if (isNew) {
          items.push_back({time, std::minmax(from, to)});
          waits.push_back({wait.from, entry->second, wait.delay, 0, 0});
        }
        wait.from = entry->second;
        wait.delay = time;
      }
      wait.delay += link.latency;
    }
    waits.push_back(wait);
  }
  start.assign(items.size(), 0);
}

/// As sets of unit slots; what takes no time must not be strictly inside.
bool Enumeration::overlaps(size_t a, size_t b) const {
  if (items[a].place != items[b].place)
    return false;
  if (items[a].duration == 0 && items[b].duration == 0)
    return false;
  if (items[a].duration > 0 && items[b].duration > 0) {
    for (int64_t i = 0; i < items[a].duration; ++i)
      for (int64_t j = 0; j < items[b].duration; ++j)
        if ((start[a] + i) % period == (start[b] + j) % period)
          return true;
    return false;
  }
  if (items[b].duration == 0)
    std::swap(a, b);
  for (int64_t j = 1; j < items[b].duration; ++j)
    if (start[a] == (start[b] + j) % period)
      return true;
  return false;
}

bool Enumeration::hasLags(const std::vector<int64_t> &staleness) const {
  std::vector<int64_t> lag(items.size(), 0);
  int64_t rounds = static_cast<int64_t>(items.size()) + 1;
  for (bool changed = true; changed;) {
    changed = false;
    if (rounds-- < 0)
      return false;
    for (const Wait &wait : waits) {
      int64_t distance =
          wait.distance + (wait.layer > 0 ? staleness[wait.layer] : 0);
      while (start[wait.to] + (lag[wait.to] + distance) * period <
             start[wait.from] + lag[wait.from] * period + wait.delay) {
        ++lag[wait.to];
        changed = true;
        if (wait.to == wait.from)
          return false;
      }
    }
  }
  return true;
}

Wide Enumeration::costOf(const std::vector<int64_t> &staleness) const {
  Wide cost = 0;
  for (size_t layer = 1; layer < weight.size(); ++layer)
    cost += Wide(weight[layer]) * staleness[layer];
  return cost;
}

/// All staleness vectors up to `most` per layer, the cheapest first.
void Enumeration::makeCandidates(int64_t most) {
  candidates = {std::vector<int64_t>(weight.size(), 0)};
  for (size_t layer = 1; layer < weight.size(); ++layer) {
    std::vector<std::vector<int64_t>> longer;
    for (const std::vector<int64_t> &each : candidates)
      for (int64_t n = 0; n <= most; ++n) {
        longer.push_back(each);
        longer.back()[layer] = n;
      }
    candidates = std::move(longer);
  }
  std::sort(
      candidates.begin(), candidates.end(),
      [&](const auto &a, const auto &b) { return costOf(a) < costOf(b); });
}

void Enumeration::placeFrom(size_t item) {
  if (best && *best == 0)
    return;
  if (item == items.size()) {
    for (const std::vector<int64_t> &each : candidates) {
      if (best && costOf(each) >= *best)
        return;
      if (hasLags(each))
        best = costOf(each);
    }
    return;
  }
  // All starts may move around the circle together.
  int64_t choices = item == 0 ? 1 : period;
  for (start[item] = 0; start[item] < choices; ++start[item]) {
    bool free = true;
    for (size_t other = 0; other < item && free; ++other)
      free = !overlaps(other, item);
    if (free)
      placeFrom(item + 1);
  }
}

} // namespace

uint64_t rounds(uint64_t usual) {
#ifdef LAYERPIPE_SANITIZED
  usual = usual / 20 + 1;
#endif
  const char *factor = std::getenv("LAYERPIPE_LONG_TESTS");
  return factor ? usual * std::strtoull(factor, nullptr, 10) : usual;
}

CyclicProblem makeTiny(std::mt19937_64 &random, TaskGraph graph) {
  CyclicProblem problem;
  problem.graph = std::move(graph);
  problem.machine.processors = draw(random, 1, 3);
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(
        task.kind == TaskKind::input
            ? -1
            : draw(random, 0, problem.machine.processors - 1));
  if (draw(random, 0, 3) == 0)
    problem.machine.links.others.bandwidth = {draw(random, 4, 9), 1};
  if (draw(random, 0, 2) == 0)
    problem.machine.links.others.latency = draw(random, 0, 3);
  if (draw(random, 0, 2) == 0)
    problem.machine.links =
        randomLinks(random, problem.machine.processors, [&]() -> Link {
          return {{draw(random, 4, 9), 1}, draw(random, 0, 3)};
        });
  if (draw(random, 0, 2) == 0)
    for (int64_t i = 0; i < problem.machine.processors; ++i)
      problem.machine.speeds.push_back(
          {draw(random, 1, 3), draw(random, 1, 2)});
  return problem;
}

std::optional<int64_t> leastPeriodByForce(const CyclicProblem &problem,
                                          int64_t limit) {
  Enumeration all(problem);
  // Free delays never forbid a period that plenty of them allow.
  all.candidates = {std::vector<int64_t>(all.weight.size(), 50)};
  std::fill(all.weight.begin(), all.weight.end(), 0);
  int64_t longest = 1;
  for (const Item &item : all.items)
    longest = std::max(longest, item.duration);
  for (all.period = longest; all.period <= limit; ++all.period) {
    all.placeFrom(0);
    if (all.best)
      return all.period;
  }
  return std::nullopt;
}

std::optional<Wide> leastStalenessByForce(const CyclicProblem &problem,
                                          int64_t period) {
  Enumeration all(problem);
  all.period = period;
  int64_t perStep = 2 + slowestLink(problem.machine.links).latency;
  all.makeCandidates(static_cast<int64_t>(all.items.size()) * perStep);
  all.placeFrom(0);
  return all.best;
}

std::optional<Wide> leastStalenessOfStarts(const CyclicProblem &problem,
                                           const CyclicSolution &solution) {
  Enumeration all(problem);
  all.period = solution.period;
  // Items are the tasks in order and the transfers by first use, as here.
  size_t item = 0;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    if (problem.assignment[task] >= 0)
      all.start[item++] = solution.start[task];
  std::vector<bool> seen(solution.transfers.size(), false);
  for (int64_t index : solution.edgeTransfer)
    if (index >= 0 && !seen[index] && solution.transfers[index].duration > 0) {
      seen[index] = true;
      all.start[item++] = solution.transfers[index].start;
    }
  int64_t most = 0;
  for (int64_t n : stalenessOf(problem.graph, solution.distance))
    most = std::max(most, n);
  all.makeCandidates(most + 1);
  all.placeFrom(all.items.size());
  return all.best;
}

} // namespace layerpipe::scheduling::test
