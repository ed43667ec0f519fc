//===- BranchedPart.cpp - Cuts through branches beside each other ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cuts are bit sets, found from those with one layer less.
//
//===----------------------------------------------------------------------===//

#include "BranchedPart.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace layerpipe::scheduling {
namespace {

struct HashSet {
  size_t operator()(const std::vector<uint64_t> &set) const {
    uint64_t hash = 0xcbf29ce484222325;
    for (uint64_t word : set) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 29;
    }
    return hash;
  }
};

void insert(std::vector<uint64_t> &set, int64_t item) {
  set[item / 64] |= uint64_t(1) << (item % 64);
}

} // namespace

PlacedGraph::PlacedGraph(const LayerGraph &graph)
    : graph(graph), order(topologicalOrder(graph)), readers(order.size()),
      sources(order.size()) {
  std::vector<int64_t> position(order.size());
  for (size_t at = 0; at < order.size(); ++at)
    position[order[at]] = at;
  for (const LayerEdge &edge : graph.edges) {
    readers[position[edge.from]].push_back(position[edge.to]);
    sources[position[edge.to]].push_back(position[edge.from]);
  }
  for (std::vector<int64_t> &list : readers)
    std::sort(list.begin(), list.end());
  for (std::vector<int64_t> &list : sources)
    std::sort(list.begin(), list.end());
}

BranchedPart::BranchedPart(const PlacedGraph &graph, int64_t begin, int64_t end,
                           int64_t incoming)
    : graph(graph), begin(begin), count(end - begin), passing(incoming) {
  for (int64_t at = begin; at < end; ++at)
    for (int64_t source : graph.sources[at])
      if (source < begin)
        feeders.push_back(source);
  std::sort(feeders.begin(), feeders.end());
  feeders.erase(std::unique(feeders.begin(), feeders.end()), feeders.end());
  std::erase_if(feeders, [&](int64_t feeder) {
    return graph.readers[feeder].back() >= end;
  });
  words = (count + static_cast<int64_t>(feeders.size()) + 63) / 64;
  for (int64_t feeder : feeders)
    passing -= graph.layer(feeder).activationBytes;
  findBelow();
  findOpen();
}

void BranchedPart::findBelow() {
  below.assign(count, std::vector<uint64_t>(words, 0));
  for (int64_t layer = 0; layer < count; ++layer) {
    insert(below[layer], layer);
    for (int64_t source : graph.sources[begin + layer]) {
      if (source < begin)
        continue;
      for (int64_t word = 0; word < words; ++word)
        below[layer][word] |= below[source - begin][word];
    }
  }
}

/// Finds `open`. Everything before the part is before each of its layers, since
/// a gate is between.
void BranchedPart::findOpen() {
  open.assign(count, std::vector<uint64_t>(words, 0));
  auto hasOther = [&](int64_t position, int64_t layer) {
    return std::any_of(
        graph.readers[position].begin(), graph.readers[position].end(),
        [&](int64_t reader) { return !holdsPosition(below[layer], reader); });
  };
  for (int64_t layer = 0; layer < count; ++layer) {
    for (int64_t p = 0; p < layer; ++p)
      if (graph.readers[begin + p].size() > 1 && holds(below[layer], p) &&
          hasOther(begin + p, layer))
        insert(open[layer], p);
    for (size_t feeder = 0; feeder < feeders.size(); ++feeder)
      if (hasOther(feeders[feeder], layer))
        insert(open[layer], count + feeder);
  }
}

PartCut BranchedPart::start() const {
  PartCut cut;
  cut.held.assign(words, 0);
  for (int64_t layer = 0; layer < count; ++layer)
    addReady(cut, layer);
  for (int64_t feeder : feeders)
    cut.live += graph.layer(feeder).activationBytes;
  return cut;
}

/// Adds the layer to the ready ones, unless it waits for a layer that is not
/// held.
void BranchedPart::addReady(PartCut &cut, int64_t layer) const {
  for (int64_t source : graph.sources[begin + layer])
    if (source >= begin && !holds(cut.held, source - begin))
      return;
  cut.ready.push_back(layer);
}

/// Makes everything of the larger cut from the smaller one.
PartCut BranchedPart::grow(const PartCut &from, int64_t layer) const {
  PartCut cut;
  cut.held = from.held;
  insert(cut.held, layer);
  const Layer &added = graph.layer(begin + layer);
  cut.time = from.time + added.forwardTime + added.backwardTime;
  cut.live = from.live + added.activationBytes;
  for (int64_t other : from.ready)
    if (other != layer)
      cut.ready.push_back(other);
  for (int64_t reader : graph.readers[begin + layer])
    if (reader < begin + count)
      addReady(cut, reader - begin);
  const std::vector<int64_t> &sources = graph.sources[begin + layer];
  for (int64_t other : from.unread)
    if (!std::binary_search(sources.begin(), sources.end(), begin + other))
      cut.unread.push_back(other);
  cut.unread.push_back(layer);
  for (int64_t source : sources) {
    const std::vector<int64_t> &readers = graph.readers[source];
    bool live = std::any_of(readers.begin(), readers.end(), [&](int64_t at) {
      return !holdsPosition(cut.held, at);
    });
    if (!live)
      cut.live -= graph.layer(source).activationBytes;
  }
  return cut;
}

std::vector<PartCut> BranchedPart::extend(const std::vector<PartCut> &level,
                                          int64_t limit) const {
  std::vector<PartCut> next;
  std::unordered_map<std::vector<uint64_t>, int64_t, HashSet> found;
  std::vector<uint64_t> set;
  for (size_t from = 0; from < level.size(); ++from) {
    for (int64_t layer : level[from].ready) {
      set = level[from].held;
      insert(set, layer);
      auto [entry, added] = found.try_emplace(set, next.size());
      if (added)
        next.push_back(grow(level[from], layer));
      next[entry->second].extensions.push_back(
          {static_cast<int64_t>(from), begin + layer});
    }
    if (limit >= 0 && static_cast<int64_t>(next.size()) > limit)
      return next;
  }
  return next;
}

void BranchedPart::keep(std::vector<PartCut> &level, int64_t wanted,
                        bool byTraffic) const {
  int64_t size = level.size();
  std::vector<int64_t> order(size);
  for (int64_t cut = 0; cut < size; ++cut)
    order[cut] = cut;
  std::vector<bool> kept(size, false);
  int64_t left = wanted;
  if (byTraffic) {
    auto key = [&](int64_t cut) {
      return std::tuple(level[cut].live, level[cut].time, cut);
    };
    std::sort(order.begin(), order.end(),
              [&](int64_t a, int64_t b) { return key(a) < key(b); });
    for (int64_t at = 0; at < wanted / 2; ++at, --left)
      kept[order[at]] = true;
    order.erase(order.begin(), order.begin() + wanted / 2);
  }
  auto key = [&](int64_t cut) { return std::tuple(level[cut].time, cut); };
  std::sort(order.begin(), order.end(),
            [&](int64_t a, int64_t b) { return key(a) < key(b); });
  int64_t others = order.size();
  for (int64_t at = 0; at < left; ++at)
    kept[order[left > 1 ? at * (others - 1) / (left - 1) : 0]] = true;
  std::vector<PartCut> result;
  for (int64_t cut = 0; cut < size; ++cut)
    if (kept[cut])
      result.push_back(std::move(level[cut]));
  level = std::move(result);
}

int64_t BranchedPart::traffic(const PartCut &cut) const {
  std::vector<uint64_t> crossing(words, 0);
  for (int64_t layer : cut.unread) {
    insert(crossing, layer);
    for (int64_t word = 0; word < words; ++word)
      crossing[word] |= open[layer][word];
  }
  int64_t bytes = passing;
  for (int64_t word = 0; word < words; ++word)
    for (uint64_t bits = crossing[word]; bits; bits &= bits - 1) {
      int64_t item = word * 64 + std::countr_zero(bits);
      bytes += graph.layer(item < count ? begin + item : feeders[item - count])
                   .activationBytes;
    }
  return bytes;
}

} // namespace layerpipe::scheduling
