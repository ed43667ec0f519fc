//===- StagePlaces.cpp - Which processors stages can be on ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StagePlaces.h"

#include "layerpipe/Scheduling/Model/BoostGraph.h"

#include <boost/graph/strong_components.hpp>
#include <fmt/format.h>

#include <map>

namespace layerpipe::scheduling {

StagePlaces::StagePlaces(const StageProblem &problem) {
  std::map<int64_t, int64_t> groupOfProcessor;
  for (std::optional<int64_t> pin : problem.pins)
    if (pin)
      groupOfProcessor.emplace(*pin, 0);
  for (auto &[processor, group] : groupOfProcessor) {
    group = countGroups();
    pinned.push_back(processor);
  }
  for (int64_t id = 0; id < problem.processors; ++id)
    if (!groupOfProcessor.contains(id))
      unpinned.push_back(id);
  if (!hasPins())
    return;
  sizes.assign(pinned.size(), 0);
  for (std::optional<int64_t> pin : problem.pins) {
    groups.push_back(pin ? groupOfProcessor.at(*pin) : -1);
    if (pin)
      ++sizes[groups.back()];
  }
}

GroupsOfCuts::GroupsOfCuts(const StageCuts &cuts, const StagePlaces &places)
    : words((places.countGroups() + 63) / 64), bits(cuts.size() * words, 0) {
  if (!places.hasPins())
    return;
  for (int64_t cut = 1; cut < cuts.size(); ++cut) {
    const Extension &extension = cuts.extensionsOf(cut)[0];
    for (int64_t word = 0; word < words; ++word)
      bits[cut * words + word] = bits[extension.from * words + word];
    if (int64_t group = places.groupOf(extension.layer); group >= 0)
      bits[cut * words + group / 64] |= uint64_t(1) << (group % 64);
  }
}

Status checkOrderOfPins(const LayerGraph &graph, const StageProblem &problem) {
  if (problem.pins.empty())
    return Status::success();
  // One layer stands for all of a processor.
  std::map<int64_t, int64_t> firstOf;
  std::vector<int64_t> standsFor;
  for (int64_t layer = 0; layer < countNodes(graph); ++layer)
    standsFor.push_back(
        problem.pins[layer]
            ? firstOf.try_emplace(*problem.pins[layer], layer).first->second
            : layer);
  LayerGraph joined{graph.layers, {}};
  for (const LayerEdge &edge : graph.edges)
    joined.edges.push_back({standsFor[edge.from], standsFor[edge.to]});
  Outgoing links(joined);
  std::vector<int64_t> component(graph.layers.size());
  boost::strong_components(
      links, boost::make_iterator_property_map(component.begin(), IndexMap()));
  // Each component has a processor and its first layer here.
  std::map<int64_t, std::pair<int64_t, int64_t>> known;
  for (auto [processor, layer] : firstOf) {
    auto [place, isNew] = known.try_emplace(component[layer], processor, layer);
    if (!isNew)
      return Error{
          fmt::format("contiguous stages can't have '{}' on processor {} and "
                      "'{}' on processor {}: values flow from the layers that "
                      "are placed on one of them to those on the other, and "
                      "back",
                      graph.layers[place->second.second].name,
                      place->second.first, graph.layers[layer].name, processor),
          Failure::infeasible};
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
