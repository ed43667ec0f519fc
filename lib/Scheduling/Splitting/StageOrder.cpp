//===- StageOrder.cpp - Stages on processors with pins --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageOrder.h"

#include "layerpipe/Scheduling/Splitting/FractionalStaleness.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace layerpipe::scheduling {

/// Returns the processors with pins, each with the place that it should have,
/// in the order of these.
static std::vector<std::pair<int64_t, int64_t>>
wishedPlaces(const TaskGraph &graph, const LayerPins &pins,
             int64_t processors) {
  const std::map<int64_t, Wide> workOf = workOfLayers(graph);
  Wide all = 0;
  for (const auto &[layer, work] : workOf)
    all += work;
  struct Pinned {
    Wide work = 0, moment = 0;
    /// This is half the work up to the middle of the first layer, for layers
    /// that take no time.
    Wide first = -1;
  };
  std::map<int64_t, Pinned> pinned;
  Wide before = 0; // All positions count twice.
  for (const auto &[layer, work] : workOf) {
    if (auto pin = pins.find(layer); pin != pins.end()) {
      Pinned &here = pinned[pin->second];
      here.work += work;
      here.moment += work * (2 * before + work);
      here.first = here.first < 0 ? 2 * before + work : here.first;
    }
    before += work;
  }
  std::vector<std::pair<int64_t, int64_t>> wished;
  for (const auto &[processor, here] : pinned) {
    Wide middle = here.work > 0 ? here.moment / here.work : here.first;
    Wide place = all > 0 ? middle * processors / (2 * all) : 0;
    wished.emplace_back(std::min<Wide>(place, processors - 1), processor);
  }
  std::sort(wished.begin(), wished.end());
  return wished;
}

std::vector<int64_t> orderOfStages(const TaskGraph &graph,
                                   const LayerPins &pins, int64_t processors) {
  std::vector<int64_t> order(processors);
  std::iota(order.begin(), order.end(), 0);
  if (pins.empty())
    return order;
  auto wished = wishedPlaces(graph, pins, processors);
  order.assign(processors, -1);
  std::vector<bool> placed(processors, false);
  int64_t next = 0, left = static_cast<int64_t>(wished.size());
  for (auto [place, processor] : wished) {
    int64_t here = std::min(std::max(place, next), processors - left);
    order[here] = processor;
    placed[processor] = true;
    next = here + 1;
    --left;
  }
  int64_t free = 0;
  for (int64_t &processor : order) {
    if (processor >= 0)
      continue;
    while (placed[free])
      ++free;
    processor = free++;
  }
  return order;
}

} // namespace layerpipe::scheduling
