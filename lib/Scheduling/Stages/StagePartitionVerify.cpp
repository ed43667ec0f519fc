//===- StagePartitionVerify.cpp - The judge of stages ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks the input, and computes an answer again from the formulas of
// StagePartition.h, without anything that solvers use.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Stages/Partition.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include "layerpipe/Scheduling/Model/BoostGraph.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// No numerator or denominator of a stage's time may be larger.
constexpr Wide maxTerm = Wide(1) << 61;

Status checkTerms(const LayerGraph &graph, const StageProblem &problem) {
  Wide time = 0, parameters = 0, activations = 0;
  for (const Layer &layer : graph.layers) {
    time += layer.forwardTime + layer.backwardTime;
    parameters += layer.parameterBytes;
    activations += layer.activationBytes;
  }
  Wide replicas = problem.replicated ? problem.processors : 1;
  Status status = Status::success();
  forEachLink(problem.links, [&](const Link &link) {
    Fraction bandwidth = reduce(link.bandwidth);
    if (bandwidth.numerator == 0 || !status)
      return;
    Wide work = replicas > 1
                    ? time * replicas * bandwidth.numerator +
                          4 * replicas * parameters * bandwidth.denominator
                    : time;
    Wide transfer = 2 * activations * bandwidth.denominator;
    Wide denominator = replicas * replicas * bandwidth.numerator;
    if (work > maxTerm || transfer > maxTerm || denominator > maxTerm)
      status = Error{fmt::format("the bandwidth {} has terms too large for "
                                 "exact times; round it, or take a coarser "
                                 "time unit",
                                 toString(bandwidth))};
  });
  return status;
}

//===----------------------------------------------------------------------===//
// Traffic of the cuts
//===----------------------------------------------------------------------===//

/// This counts the bytes of each cut straight from the words of
/// StagePartition.h: at index s those that leave the stages 0 … s.
class Traffic {
public:
  Traffic(const LayerGraph &graph, const std::vector<int64_t> &stage,
          int64_t stages)
      : graph(graph), stage(stage), links(graph), readers(graph.layers.size()),
        bytes(stages, 0) {
    for (const LayerEdge &edge : graph.edges)
      readers[edge.from].push_back(edge.to);
    countCrossing();
    for (int64_t cut = 0; cut + 1 < stages; ++cut)
      if (unread[cut].size() > 1)
        countOpen(cut);
  }

  int64_t at(int64_t cut) const { return bytes[cut]; }

private:
  void countCrossing();
  void countOpen(int64_t cut);
  std::vector<boost::default_color_type> layersBelow(int64_t layer) const;

  const LayerGraph &graph;
  const std::vector<int64_t> &stage;
  Bidirectional<LayerGraph> links;
  std::vector<std::vector<int64_t>> readers;
  std::vector<int64_t> bytes;
  /// Each cut has here the layers before it that no layer before it reads.
  std::vector<std::vector<int64_t>> unread;
};

/// Counts layers with a reader behind the cut, or with none at all.
void Traffic::countCrossing() {
  int64_t cuts = bytes.size();
  unread.resize(cuts);
  std::vector<int64_t> change(cuts + 1, 0);
  for (size_t layer = 0; layer < graph.layers.size(); ++layer) {
    int64_t first = cuts, last = readers[layer].empty() ? cuts : 0;
    for (int64_t reader : readers[layer]) {
      first = std::min(first, stage[reader]);
      last = std::max(last, stage[reader]);
    }
    change[stage[layer]] += graph.layers[layer].activationBytes;
    change[last] -= graph.layers[layer].activationBytes;
    for (int64_t cut = stage[layer]; cut < first; ++cut)
      unread[cut].push_back(layer);
  }
  int64_t sum = 0;
  for (int64_t cut = 0; cut < cuts; ++cut)
    bytes[cut] = sum += change[cut];
}

/// Returns black for the layer and all that lead to it, and white for others.
std::vector<boost::default_color_type>
Traffic::layersBelow(int64_t layer) const {
  std::vector<boost::default_color_type> colours(graph.layers.size());
  boost::queue<int64_t> open;
  boost::breadth_first_visit(
      boost::make_reverse_graph(links), layer, open,
      boost::default_bfs_visitor(),
      boost::make_iterator_property_map(colours.begin(), IndexMap()));
  return colours;
}

/// Counts layers whose readers are all before the cut, in branches that are
/// open.
void Traffic::countOpen(int64_t cut) {
  std::vector<bool> counted(graph.layers.size(), false);
  for (int64_t end : unread[cut]) {
    std::vector<boost::default_color_type> colours = layersBelow(end);
    auto below = [&](int64_t layer) {
      return colours[layer] != boost::white_color;
    };
    for (size_t layer = 0; layer < graph.layers.size(); ++layer) {
      const std::vector<int64_t> &list = readers[layer];
      if (!below(layer) || counted[layer] || list.size() < 2)
        continue;
      bool inside = std::all_of(list.begin(), list.end(), [&](int64_t reader) {
        return stage[reader] <= cut;
      });
      bool open = std::any_of(list.begin(), list.end(),
                              [&](int64_t reader) { return !below(reader); });
      if (!inside || !open)
        continue;
      counted[layer] = true;
      bytes[cut] += graph.layers[layer].activationBytes;
    }
  }
}

//===----------------------------------------------------------------------===//
// The bottleneck
//===----------------------------------------------------------------------===//

/// Raises `largest` to the fraction if that is larger, in lowest terms.
void raise(Fraction &largest, Wide numerator, Wide denominator) {
  Fraction value = reduce(
      {static_cast<int64_t>(numerator), static_cast<int64_t>(denominator)});
  if (value > largest)
    largest = value;
}

Fraction recompute(const LayerGraph &graph, const StageProblem &problem,
                   const StagePartition &partition) {
  int64_t stages = partition.replicas.size();
  std::vector<int64_t> time(stages, 0), parameters(stages, 0);
  for (size_t layer = 0; layer < graph.layers.size(); ++layer) {
    const Layer &data = graph.layers[layer];
    time[partition.stage[layer]] += data.forwardTime + data.backwardTime;
    parameters[partition.stage[layer]] += data.parameterBytes;
  }
  Fraction bandwidth = reduce(slowestLink(problem.links).bandwidth);
  bool infinite = bandwidth.numerator == 0;
  Fraction largest;
  for (int64_t stage = 0; stage < stages; ++stage) {
    Wide m = partition.replicas[stage];
    if (infinite || m == 1)
      raise(largest, time[stage], m);
    else
      raise(largest,
            time[stage] * m * bandwidth.numerator +
                4 * (m - 1) * parameters[stage] * bandwidth.denominator,
            m * m * bandwidth.numerator);
  }
  if (infinite || !problem.transfers || stages == 1)
    return largest;
  Traffic traffic(graph, partition.stage, stages);
  // What crosses a cut goes from one stage's processor to the next one's, in
  // either stage's account, unless there are replicas.
  auto raiseBy = [&](int64_t cut, int64_t m) {
    Fraction rate = problem.replicated
                        ? bandwidth
                        : linkOf(problem.links, partition.processor[cut],
                                 partition.processor[cut + 1])
                              .bandwidth;
    rate = reduce(rate);
    if (rate.numerator > 0)
      raise(largest, 2 * Wide(rate.denominator) * traffic.at(cut),
            Wide(rate.numerator) * m);
  };
  for (int64_t stage = 1; stage < stages; ++stage) {
    raiseBy(stage - 1, partition.replicas[stage]);
    if (stage + 1 < stages)
      raiseBy(stage, partition.replicas[stage]);
  }
  return largest;
}

Status checkShape(const LayerGraph &graph, const StageProblem &problem,
                  const StagePartition &partition) {
  int64_t stages = partition.replicas.size();
  if (partition.stage.size() != graph.layers.size())
    return Error{fmt::format("{} layers have a stage; there are {}",
                             partition.stage.size(), graph.layers.size())};
  std::vector<bool> used(stages, false);
  for (size_t layer = 0; layer < graph.layers.size(); ++layer) {
    int64_t stage = partition.stage[layer];
    if (stage < 0 || stage >= stages)
      return Error{fmt::format("layer '{}' is in stage {} of {}",
                               graph.layers[layer].name, stage, stages)};
    used[stage] = true;
  }
  int64_t processors = 0;
  for (int64_t stage = 0; stage < stages; ++stage) {
    int64_t replicas = partition.replicas[stage];
    if (!used[stage])
      return Error{fmt::format("stage {} has no layer", stage)};
    if (replicas < 1 || (replicas > 1 && !problem.replicated) ||
        replicas > problem.processors - processors)
      return Error{fmt::format("stage {} has {} processors; {} of {} are left",
                               stage, replicas, problem.processors - processors,
                               problem.processors)};
    processors += replicas;
  }
  for (const LayerEdge &edge : graph.edges)
    if (partition.stage[edge.from] > partition.stage[edge.to])
      return Error{fmt::format(
          "'{}' of stage {} reads '{}' of stage {}", graph.layers[edge.to].name,
          partition.stage[edge.to], graph.layers[edge.from].name,
          partition.stage[edge.from])};
  return Status::success();
}

/// Returns each stage's pin, or −1. Fails on a stage with two, and on a pin in
/// two stages.
Result<std::vector<int64_t>> pinsOfStages(const LayerGraph &graph,
                                          const StageProblem &problem,
                                          const StagePartition &partition) {
  std::vector<int64_t> pinOf(partition.replicas.size(), -1);
  std::vector<int64_t> stageOf(problem.processors, -1);
  for (size_t layer = 0; layer < problem.pins.size(); ++layer) {
    if (!problem.pins[layer])
      continue;
    int64_t pin = *problem.pins[layer], stage = partition.stage[layer];
    if (pinOf[stage] >= 0 && pinOf[stage] != pin)
      return Error{
          fmt::format("stage {} has '{}', which is pinned to processor "
                      "{}, and a layer that is pinned to {}",
                      stage, graph.layers[layer].name, pin, pinOf[stage])};
    if (stageOf[pin] >= 0 && stageOf[pin] != stage)
      return Error{fmt::format("'{}' of stage {} is pinned to processor {}, as "
                               "a layer of stage {} is",
                               graph.layers[layer].name, stage, pin,
                               stageOf[pin])};
    pinOf[stage] = pin;
    stageOf[pin] = stage;
  }
  return pinOf;
}

/// Checks that stages with pins have one processor, theirs, and that the others
/// take the processors without pins in order.
Status checkProcessors(const LayerGraph &graph, const StageProblem &problem,
                       const StagePartition &partition) {
  auto pinOf = pinsOfStages(graph, problem, partition);
  if (!pinOf)
    return pinOf.error();
  std::vector<bool> hasPins(problem.processors, false);
  for (std::optional<int64_t> pin : problem.pins)
    if (pin)
      hasPins[*pin] = true;
  std::vector<int64_t> unpinned;
  for (int64_t id = 0; id < problem.processors; ++id)
    if (!hasPins[id])
      unpinned.push_back(id);
  size_t stages = partition.replicas.size();
  if (partition.processor.size() != (problem.replicated ? 0 : stages))
    return Error{fmt::format("{} stages have a processor, of {}{}",
                             partition.processor.size(), stages,
                             problem.replicated ? " with replicas" : "")};
  int64_t left = unpinned.size(), next = 0;
  for (size_t stage = 0; stage < stages; ++stage) {
    int64_t pin = (*pinOf)[stage], replicas = partition.replicas[stage];
    if (pin < 0)
      left -= replicas;
    if (left < 0 || (pin >= 0 && replicas != 1))
      return Error{fmt::format("stage {} has {} processors; its pins or those "
                               "of others leave fewer",
                               stage, replicas)};
    if (problem.replicated)
      continue;
    int64_t right = pin >= 0 ? pin : unpinned[next++];
    if (partition.processor[stage] != right)
      return Error{fmt::format("stage {} is on processor {}; it must be on {}",
                               stage, partition.processor[stage], right)};
  }
  return Status::success();
}

Status checkPins(const LayerGraph &graph, const StageProblem &problem) {
  if (problem.pins.empty())
    return Status::success();
  if (problem.pins.size() != graph.layers.size())
    return Error{fmt::format("{} pins for {} layers; there must be one for "
                             "each layer, or none at all",
                             problem.pins.size(), graph.layers.size())};
  for (size_t layer = 0; layer < problem.pins.size(); ++layer)
    if (std::optional<int64_t> pin = problem.pins[layer];
        pin && (*pin < 0 || *pin >= problem.processors))
      return Error{
          fmt::format("layer '{}' is pinned to processor {}; there are "
                      "0 to {}",
                      graph.layers[layer].name, *pin, problem.processors - 1)};
  return Status::success();
}

} // namespace

Status check(const LayerGraph &graph, const StageProblem &problem) {
  if (Status status = check(graph); !status)
    return status;
  Machine machine;
  machine.processors = problem.processors;
  machine.links = problem.links;
  if (Status status = check(machine); !status)
    return status;
  if (problem.replicated && problem.processors > maxReplicas)
    return Error{fmt::format("{} processors; stages can be replicated on at "
                             "most {}",
                             problem.processors, maxReplicas)};
  if (problem.maxCuts < 1)
    return Error{fmt::format("at most {} cuts; there must be at least one",
                             problem.maxCuts)};
  if (Status status = checkPins(graph, problem); !status)
    return status;
  return checkTerms(graph, problem);
}

Status verify(const LayerGraph &graph, const StageProblem &problem,
              const StagePartition &partition) {
  if (Status status = check(graph, problem); !status)
    return status;
  if (Status status = checkShape(graph, problem, partition); !status)
    return status;
  if (Status status = checkProcessors(graph, problem, partition); !status)
    return status;
  Fraction bottleneck = recompute(graph, problem, partition);
  if (partition.bottleneck.denominator < 1 ||
      partition.lowerBound.denominator < 1 ||
      bottleneck != partition.bottleneck)
    return Error{fmt::format(
        "the bottleneck is {}, not {}/{}", toString(bottleneck),
        partition.bottleneck.numerator, partition.bottleneck.denominator)};
  if (partition.lowerBound > partition.bottleneck)
    return Error{fmt::format("the bound {} is above the bottleneck {}",
                             toString(partition.lowerBound),
                             toString(bottleneck))};
  if (partition.proof == Proof::optimal &&
      partition.lowerBound != partition.bottleneck)
    return Error{fmt::format("called optimal, but {} is above the bound {}",
                             toString(bottleneck),
                             toString(partition.lowerBound))};
  return Status::success();
}

} // namespace layerpipe::scheduling
