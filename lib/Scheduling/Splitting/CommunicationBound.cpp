//===- CommunicationBound.cpp - Bytes that no schedule can save -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file bounds the bytes that all schedules of a period must send.
//
// Choose one of the processors. Let A be the work that it runs, and B the work
// that the others run. A share f(v) of each task v is in A: 1 if the task is in
// A alone, 0 if it is in B alone, and a number between if it is cut. Of a value
// of u that r reads, so many bytes travel:
//
// - at least (f(r) − f(u))⁺ of its bytes go into A, since the parts of r in A
//   need no less than their share of it, and (f(u) − f(r))⁺ go out;
// - all of them travel if no split cuts the value (weights, states), and u is
//   in A alone and r is not, or u is not in A and some of r is;
// - all of them travel if u is in both and its parts make summands, since
//   readers need all of these.
//
// With [f(v) = 1] ≤ f(v) ≤ [f(v) > 0] as three variables of v, the bytes around
// A are at least a sum of positive parts of differences. Its least value over
// all variables between 0 and 1 is a minimum cut. Slices are whole units of
// time and bytes, so the roundings are subtracted.
//
// One task is chosen to be partly in A, since some processor has it. The work
// of A and of B is bounded from below, since no processor can do more than
// period · speed. As multipliers (Lagrange's) these bounds add to the cut terms
// that are linear in the variables, so that each pair of multipliers proves a
// bound. The best of a few is taken.
//
// For example, let two tasks of 4 units be joined by a value of 8 bytes, on two
// processors with a period of 5:
//
//   A has the first task, so that 1 unit of the second one fits into A;
//   f of the second task is at most 1/4, and 3/4 · 8 = 6 bytes must travel.
//
// All bytes are at least those around the processor of any one task. Where all
// tasks were chosen in turn, more follows: at least k processors have some
// work, and each value is sent by one and received by one, so that k times the
// least bound is at most twice the bytes.
//
// Goldberg and Tarjan, "A new approach to the maximum-flow problem", JACM 1988.
//
//===----------------------------------------------------------------------===//

#include "JointFigures.h"

#define LEMON_ONLY_TEMPLATES
#include "layerpipe/Scheduling/Splitting/CommunicationBound.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include <lemon/preflow.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

namespace layerpipe::scheduling {
namespace {

using Network = lemon::SmartDigraph;

/// These say what the split rules of a value's maker make of it.
struct ResultKinds {
  bool onlySums = true;
  /// One part may make all of the value, whatever its share.
  bool first = false;
};

class CommunicationBound {
public:
  explicit CommunicationBound(const JointProblem &problem)
      : problem(problem), slices(sliceTimes(problem.graph, problem.rules)),
        capacity(network), rulesOf(problem.graph.tasks.size()),
        total(totalTime(problem.graph)) {
    for (size_t index = 0; index < problem.rules.size(); ++index)
      rulesOf[problem.rules[index].task].push_back(static_cast<int64_t>(index));
  }

  int64_t run(int64_t period);

private:
  bool setLimits(int64_t period);
  bool setScale();
  void build();
  void addValue(int64_t value, const std::vector<int64_t> &edges);
  ResultKinds kindsOf(int64_t value) const;
  int64_t slicesOf(int64_t task) const;
  void addArc(Network::Node from, Network::Node to, int64_t amount) {
    capacity[network.addArc(from, to)] = amount;
  }
  Wide boundWith(size_t chosen, int64_t inside, int64_t outside);
  Wide bestBound(size_t chosen);

  const JointProblem &problem;
  const SliceTimes slices;
  Network network;
  Network::ArcMap<int64_t> capacity;
  Network::Node source, sink;
  /// Each task has its variables here; a task that can't be cut has the same
  /// one three times.
  std::vector<Network::Node> alone, share, partly;
  /// Each task with time has the arcs of the multipliers here.
  struct Timed {
    int64_t time;
    Network::Arc inside, outside, pin;
  };
  std::vector<Timed> timed;
  /// Each task has its split rules here.
  std::vector<std::vector<int64_t>> rulesOf;
  const int64_t total;
  /// At most so many bytes are lost to roundings.
  Wide roundedBytes = 0;
  /// These bound the work of A and of B from below.
  Wide leastInside = 0, leastOutside = 0;
  int64_t processors = 0;
  /// Bytes count so many times, so that multipliers are whole numbers.
  int64_t scale = 1;
  int64_t unit = 1;
  int64_t never = 0;
};

/// Sets the least work of any processor, and of all others together. Returns
/// false if one processor can do everything.
bool CommunicationBound::setLimits(int64_t period) {
  const Machine &machine = problem.machine;
  std::vector<Wide> most; // Each processor has its work in a period here.
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
  Wide rounded = 0;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    rounded += slicesOf(static_cast<int64_t>(task));
  leastInside = std::max<Wide>(total - (sum - most.back()) - rounded, 0);
  leastOutside = std::max<Wide>(total - most.front() - rounded, 0);
  return processors > 1 && done >= total;
}

bool CommunicationBound::setScale() {
  constexpr Wide largest = Wide(1) << 52;
  Wide bytes = 1;
  for (const Value &value : problem.graph.values)
    bytes += value.bytes;
  if (bytes > largest || total > largest)
    return false;
  constexpr Wide precision = 1 << 22;
  scale = static_cast<int64_t>(
      std::clamp<Wide>(precision * total / bytes, 1, largest / bytes));
  unit = static_cast<int64_t>(std::max<Wide>(bytes * scale / total, 1));
  never = int64_t(1) << 56; // This is more than all that can be cut together.
  return true;
}

/// Returns how many slices there can be, and 0 for a task that can't be cut.
int64_t CommunicationBound::slicesOf(int64_t task) const {
  int64_t most = 0;
  for (int64_t index : rulesOf[task])
    if (const SplitRule &rule = problem.rules[index];
        rule.length > rule.quantum)
      most = std::max(most, (rule.length - 1) / rule.quantum + 1);
  return most;
}

ResultKinds CommunicationBound::kindsOf(int64_t value) const {
  int64_t maker = problem.graph.values[value].producer;
  ResultKinds kinds{slices.divisible[maker], false};
  for (int64_t index : rulesOf[maker])
    for (const ResultSplit &result : problem.rules[index].results)
      if (result.value == value) {
        kinds.onlySums &= result.kind == ResultSplit::Kind::sum;
        kinds.first |= result.kind == ResultSplit::Kind::first;
      }
  return kinds;
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
  ResultKinds kinds = kindsOf(value);
  Network::Node out = network.addNode(), in = network.addNode();
  addArc(kinds.first ? alone[maker] : share[maker], out, bytes);
  addArc(in, kinds.first ? partly[maker] : share[maker], bytes);
  if (!fixed)
    roundedBytes += slicesOf(maker);
  for (int64_t edge : edges) {
    int64_t reader = graph.edges[edge].to;
    addArc(out, fixed ? alone[reader] : share[reader], never);
    addArc(fixed ? partly[reader] : share[reader], in, never);
    if (!fixed)
      roundedBytes += slicesOf(reader);
  }
  if (kinds.onlySums)
    addArc(partly[maker], alone[maker], bytes);
}

void CommunicationBound::build() {
  const TaskGraph &graph = problem.graph;
  source = network.addNode();
  sink = network.addNode();
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    bool divisible = slices.divisible[task];
    alone.push_back(network.addNode());
    share.push_back(divisible ? network.addNode() : alone.back());
    partly.push_back(divisible ? network.addNode() : alone.back());
    if (divisible) {
      addArc(alone.back(), share.back(), never);
      addArc(share.back(), partly.back(), never);
    }
    if (int64_t time = graph.tasks[task].time; time > 0)
      timed.push_back({time, network.addArc(source, share.back()),
                       network.addArc(share.back(), sink),
                       network.addArc(source, partly.back())});
  }
  std::vector<std::vector<int64_t>> edgesOf(graph.values.size());
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    edgesOf[graph.edges[edge].value].push_back(static_cast<int64_t>(edge));
  for (size_t value = 0; value < edgesOf.size(); ++value)
    addValue(static_cast<int64_t>(value), edgesOf[value]);
}

/// Returns a bound of the bytes around A, which has some of the timed task
/// `chosen`, times the scale.
Wide CommunicationBound::boundWith(size_t chosen, int64_t inside,
                                   int64_t outside) {
  for (const Timed &each : timed) {
    capacity[each.inside] = each.time * inside;
    capacity[each.outside] = each.time * outside;
    capacity[each.pin] = 0;
  }
  capacity[timed[chosen].pin] = never;
  lemon::Preflow<Network, Network::ArcMap<int64_t>> flow(network, capacity,
                                                         source, sink);
  flow.runMinCut();
  return Wide(flow.flowValue()) + inside * (leastInside - total) +
         outside * (leastOutside - total);
}

/// Returns the best bound of a few multipliers. The bound is concave in both
/// multipliers; they grow from nothing, one after the other, that of the
/// others' work first. Without any the bound is 0.
Wide CommunicationBound::bestBound(size_t chosen) {
  // They stand for the work outside and inside.
  std::array<int64_t, 2> multipliers = {0, 0};
  Wide best = 0;
  constexpr int rounds = 2;
  for (int round = 0; round < rounds; ++round)
    for (int64_t &multiplier : multipliers) {
      int64_t kept = multiplier;
      for (int shift = -2; shift <= 22; shift += 2) {
        multiplier = shift < 0 ? unit << -shift : unit >> shift;
        Wide bound = boundWith(chosen, multipliers[1], multipliers[0]);
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
    Wide bound =
        std::max<Wide>(ceilDiv(bestBound(chosen), scale) - roundedBytes, 0);
    most = std::max(most, bound);
    least = std::min(least, bound);
  }
  if (complete)
    most = std::max(most, ceilDiv(least * processors, 2));
  return static_cast<int64_t>(most);
}

/// Returns the bytes between pinned layers. A value counts once for each
/// processor that reads it.
int64_t bytesBetweenPins(const JointProblem &problem) {
  const TaskGraph &graph = problem.graph;
  std::set<std::pair<int64_t, int64_t>> travels;
  for (const Edge &edge : graph.edges) {
    int64_t from = pinOf(problem.pins, graph.tasks[edge.from]);
    int64_t to = pinOf(problem.pins, graph.tasks[edge.to]);
    if (from >= 0 && to >= 0 && from != to)
      travels.emplace(edge.value, to);
  }
  Wide bytes = 0;
  for (const auto &[value, to] : travels)
    bytes += graph.values[value].bytes;
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(bytes, largest));
}

} // namespace

int64_t boundCommunication(const JointProblem &problem, int64_t period) {
  constexpr size_t tooMany = 2000;
  if (problem.graph.tasks.size() > tooMany)
    return 0;
  return std::max(CommunicationBound(problem).run(period),
                  bytesBetweenPins(problem));
}

} // namespace layerpipe::scheduling
