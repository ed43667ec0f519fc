//===- SplitCommunication.cpp - Bytes that no schedule can save -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Let A be what one of the processors runs, and B what the others run. Each
// task is in A, in B, or, if it can be cut, in both. Then at least these bytes
// go into or out of A, each value counted once:
//   made in A alone, and a reader in B needs all of it: a part in B of one that
//     can't slice it, or all of one that can;
//   the same from B to A;
//   made in both, as summands: each reader needs all summands.
// Labels with the least such bytes are a minimum cut: every task has two
// variables, "in A alone" and "partly in A", the first of which implies the
// second. One task is chosen to be partly in A; some processor has it. The work
// of A and of B is bounded from below, since no processor can do more than
// period · speed. As multipliers (Lagrange's) this adds to the cut what is
// linear in the variables, so that each pair of multipliers proves a bound; the
// best of a few is taken.
// All bytes are at least those around the processor of any one task. Where all
// tasks were chosen in turn: at least k processors have some work, each value
// is sent by one and received by one, so that k times the least bound is at
// most twice the bytes.
// Goldberg and Tarjan, "A new approach to the maximum-flow problem", JACM 1988.
//
//===----------------------------------------------------------------------===//

#include "SplitFigures.h"

#define LEMON_ONLY_TEMPLATES
#include <lemon/preflow.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace layerpipe::scheduling {
namespace {

using Network = lemon::SmartDigraph;

class CommunicationBound {
public:
  explicit CommunicationBound(const SplitScheduleProblem &problem)
      : problem(problem), slices(sliceTimes(problem.graph, problem.divisions)),
        capacity(network), total(totalTime(problem.graph)) {}

  int64_t run(int64_t period);

private:
  bool setLimits(int64_t period);
  bool setScale();
  void build();
  void addValue(int64_t value, const std::vector<int64_t> &edges);
  bool readsWhole(int64_t edge) const;
  bool alwaysSums(int64_t value) const;
  void addArc(Network::Node from, Network::Node to, int64_t amount) {
    capacity[network.addArc(from, to)] = amount;
  }
  Wide boundWith(size_t chosen, int64_t inside, int64_t outside);
  Wide bestBound(size_t chosen);

  const SplitScheduleProblem &problem;
  const SliceTimes slices;
  Network network;
  Network::ArcMap<int64_t> capacity;
  Network::Node source, sink;
  /// Per task: the variables; both the same for what can't be cut.
  std::vector<Network::Node> alone, partly;
  /// Per task with time: the arcs of the multipliers.
  struct Timed {
    int64_t time;
    Network::Arc partly, alone;
  };
  std::vector<Timed> timed;
  const int64_t total;
  /// Of A and of B.
  Wide leastInside = 0, leastOutside = 0;
  int64_t processors = 0;
  /// Bytes count so many times, so that multipliers are whole numbers.
  int64_t scale = 1;
  int64_t unit = 1;
  int64_t never = 0;
};

/// The least work of any processor, and of all others together; false if one
/// processor can do everything.
bool CommunicationBound::setLimits(int64_t period) {
  const Machine &machine = problem.machine;
  std::vector<Wide> most; // Work in a period, by processor.
  for (int64_t id = 0; id < machine.processors; ++id) {
    Fraction speed = speedOf(machine, id);
    most.push_back(floorDiv(Wide(period) * speed.numerator, speed.denominator));
  }
  std::sort(most.rbegin(), most.rend());
  Wide sum = 0, done = 0;
  for (Wide each : most)
    sum += each;
  while (done < total && processors < machine.processors)
    done += most[processors++];
  leastInside = std::max<Wide>(total - (sum - most.back()), 0);
  leastOutside = total - most.front();
  return processors > 1 && done >= total;
}

bool CommunicationBound::setScale() {
  constexpr Wide largest = Wide(1) << 52;
  Wide bytes = 1;
  for (const Value &value : problem.graph.values)
    bytes += value.bytes;
  if (bytes > largest || total > largest)
    return false;
  constexpr Wide precision = 1 << 12;
  scale = static_cast<int64_t>(
      std::clamp<Wide>(precision * total / bytes, 1, largest / bytes));
  unit = static_cast<int64_t>(std::max<Wide>(bytes * scale / total, 1));
  never = int64_t(1) << 56; // More than all that can be cut together.
  return true;
}

/// Every part of the reader reads the whole value.
bool CommunicationBound::readsWhole(int64_t index) const {
  const Edge &edge = problem.graph.edges[index];
  for (const Division &division : problem.divisions)
    if (division.task == edge.to && division.length > division.quantum)
      for (const SlicedEdge &slice : division.slices)
        if (slice.edge == index)
          return false;
  return true;
}

/// Whichever division cuts its maker, the parts make summands.
bool CommunicationBound::alwaysSums(int64_t value) const {
  int64_t maker = problem.graph.values[value].producer;
  bool sums = slices.divisible[maker];
  for (const Division &division : problem.divisions)
    if (division.task == maker && division.length > division.quantum)
      for (const DividedResult &result : division.results)
        sums &=
            result.value != value || result.role == DividedResult::Role::sum;
  return sums;
}

void CommunicationBound::addValue(int64_t value,
                                  const std::vector<int64_t> &edges) {
  const TaskGraph &graph = problem.graph;
  int64_t maker = graph.values[value].producer;
  int64_t bytes = graph.values[value].bytes * scale;
  if (edges.empty() || bytes == 0 || graph.tasks[maker].kind == TaskKind::input)
    return;
  bool fixed = !slices.divisible[maker] &&
               std::any_of(edges.begin(), edges.end(), [&](int64_t edge) {
                 return graph.edges[edge].kind == EdgeKind::weight ||
                        graph.edges[edge].kind == EdgeKind::state;
               });
  Network::Node out = network.addNode(), in = network.addNode();
  addArc(alone[maker], out, bytes);
  addArc(in, partly[maker], bytes);
  for (int64_t edge : edges) {
    int64_t reader = graph.edges[edge].to;
    bool whole = fixed || readsWhole(edge);
    addArc(out, whole ? alone[reader] : partly[reader], never);
    addArc(whole ? partly[reader] : alone[reader], in, never);
  }
  if (alwaysSums(value))
    addArc(partly[maker], alone[maker], bytes);
}

void CommunicationBound::build() {
  const TaskGraph &graph = problem.graph;
  source = network.addNode();
  sink = network.addNode();
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    alone.push_back(network.addNode());
    partly.push_back(slices.divisible[task] ? network.addNode() : alone.back());
    if (slices.divisible[task])
      addArc(alone.back(), partly.back(), never);
    if (int64_t time = graph.tasks[task].time; time > 0)
      timed.push_back({time, network.addArc(source, partly.back()),
                       network.addArc(alone.back(), sink)});
  }
  std::vector<std::vector<int64_t>> edgesOf(graph.values.size());
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    edgesOf[graph.edges[edge].value].push_back(static_cast<int64_t>(edge));
  for (size_t value = 0; value < edgesOf.size(); ++value)
    addValue(static_cast<int64_t>(value), edgesOf[value]);
}

/// Of the bytes around A, which has some of the timed task `chosen`, times the
/// scale.
Wide CommunicationBound::boundWith(size_t chosen, int64_t inside,
                                   int64_t outside) {
  for (const Timed &each : timed) {
    capacity[each.partly] = each.time * inside;
    capacity[each.alone] = each.time * outside;
  }
  // If it were cut from the source, the flow would be too large to matter.
  capacity[timed[chosen].partly] = never;
  lemon::Preflow<Network, Network::ArcMap<int64_t>> flow(network, capacity,
                                                         source, sink);
  flow.runMinCut();
  return Wide(flow.flowValue()) + inside * (leastInside - total) +
         outside * (leastOutside - total);
}

/// The bound is concave in both multipliers: one after the other, by factors.
Wide CommunicationBound::bestBound(size_t chosen) {
  std::array<int64_t, 2> multipliers = {unit, unit};
  Wide best = 0;
  constexpr int rounds = 2;
  for (int round = 0; round < rounds; ++round)
    for (int64_t &multiplier : multipliers) {
      int64_t kept = multiplier;
      for (int shift = -2; shift <= 10; ++shift) {
        multiplier = shift < 0 ? unit << -shift : unit >> shift;
        Wide bound = boundWith(chosen, multipliers[0], multipliers[1]);
        if (bound > best) {
          best = bound;
          kept = multiplier;
        }
      }
      multiplier = kept;
    }
  return best;
}

int64_t CommunicationBound::run(int64_t period) {
  if (total == 0 || !setLimits(period) || !setScale())
    return 0;
  build();
  std::vector<size_t> order(timed.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(-timed[a].time, a) < std::pair(-timed[b].time, b);
  });
  constexpr size_t all = 24, few = 4;
  bool complete = order.size() <= all;
  if (!complete)
    order.resize(few);
  Wide most = 0, least = Wide(1) << 62;
  for (size_t chosen : order) {
    Wide bound = ceilDiv(bestBound(chosen), scale);
    most = std::max(most, bound);
    least = std::min(least, bound);
  }
  if (complete)
    most = std::max(most, ceilDiv(least * processors, 2));
  return static_cast<int64_t>(most);
}

} // namespace

int64_t boundCommunication(const SplitScheduleProblem &problem,
                           int64_t period) {
  constexpr size_t tooMany = 2000;
  if (problem.graph.tasks.size() > tooMany)
    return 0;
  return CommunicationBound(problem).run(period);
}

} // namespace layerpipe::scheduling
