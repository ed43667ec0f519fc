//===- StageCuts.cpp - Where a graph of layers can be cut -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer that is before or behind every other splits the graph: a cut holds
// all that is before it or nothing behind it. Cuts are therefore enumerated
// part by part, and a network that branches and joins has few. Of a → (b, c
// beside each other) → d, a and d are such layers:
//
//   {}, {a}, {a b}, {a c}, {a b c}, {a b c d}
//
//===----------------------------------------------------------------------===//

#include "StageCuts.h"

#include "BranchedPart.h"
#include "layerpipe/Scheduling/Stages/Partition.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// Returns for each position whether its layer is before or behind every other:
/// it alone is read by no layer up to it, and it alone reads no layer from it
/// on.
std::vector<bool> findGates(const PlacedGraph &graph) {
  int64_t count = graph.size();
  // These count the layers up to a position that have no reader up to it, and
  // those from it on that read nothing from it on.
  std::vector<int64_t> unread(count + 1, 0), free(count + 1, 0);
  for (int64_t at = 0; at < count; ++at) {
    int64_t first = graph.readers[at].empty() ? count : graph.readers[at][0];
    ++unread[at];
    --unread[first];
    int64_t last = graph.sources[at].empty() ? -1 : graph.sources[at].back();
    ++free[last + 1];
    --free[at + 1];
  }
  std::vector<bool> gate(count);
  int64_t unreadHere = 0, freeHere = 0;
  for (int64_t at = 0; at < count; ++at) {
    unreadHere += unread[at];
    freeHere += free[at];
    gate[at] = unreadHere == 1 && freeHere == 1;
  }
  return gate;
}

class Collector {
public:
  Collector(const PlacedGraph &graph, int64_t limit, bool byTraffic)
      : graph(graph), limit(limit), byTraffic(byTraffic),
        gates(findGates(graph)) {}

  Result<StageCuts> run(int64_t width);

private:
  void addGate(int64_t at);
  bool addPart(int64_t begin, int64_t end, int64_t width);
  void addCut(int64_t from, int64_t at, int64_t certain, int64_t traffic);

  const PlacedGraph &graph;
  int64_t limit;
  bool byTraffic;
  std::vector<bool> gates;
  StageCuts cuts;
  /// Layers before a gate send so many bytes behind it.
  std::vector<int64_t> passing;
};

void Collector::addCut(int64_t from, int64_t at, int64_t certain,
                       int64_t traffic) {
  const Layer &layer = graph.layer(at);
  cuts.time.push_back(cuts.time[from] + layer.forwardTime + layer.backwardTime);
  cuts.parameterBytes.push_back(cuts.parameterBytes[from] +
                                layer.parameterBytes);
  cuts.traffic.push_back(traffic);
  if (cuts.certain.size() < cuts.first.size())
    cuts.certain.push_back(certain);
}

void Collector::addGate(int64_t at) {
  int64_t from = cuts.size() - 1;
  cuts.first.push_back(cuts.size());
  addCut(from, at, at + 1, graph.layer(at).activationBytes + passing[at]);
  cuts.extensions.push_back({from, graph.order[at]});
  cuts.firstExtension.push_back(cuts.extensions.size());
}

/// Adds the cuts of a part. Returns false if there are more cuts than the limit
/// and no width bounds them.
bool Collector::addPart(int64_t begin, int64_t end, int64_t width) {
  int64_t incoming =
      begin == 0 ? 0
                 : passing[begin - 1] + graph.layer(begin - 1).activationBytes;
  BranchedPart part(graph, begin, end, incoming);
  std::vector<PartCut> level(1);
  level[0] = part.start();
  int64_t base = cuts.size() - 1;
  for (int64_t held = 1; held <= end - begin; ++held) {
    int64_t room = width > 0 ? width : limit - cuts.size();
    std::vector<PartCut> next = part.extend(level, width > 0 ? -1 : room);
    if (width == 0 && static_cast<int64_t>(next.size()) > room)
      return false;
    if (static_cast<int64_t>(next.size()) > room) {
      cuts.complete = false;
      part.keep(next, room, byTraffic);
    }
    int64_t first = cuts.size();
    cuts.first.push_back(first);
    for (PartCut &cut : next) {
      for (const Extension &extension : cut.extensions)
        cuts.extensions.push_back(
            {base + extension.from, graph.order[extension.layer]});
      cuts.firstExtension.push_back(cuts.extensions.size());
      addCut(base + cut.extensions[0].from, cut.extensions[0].layer,
             held == end - begin ? end : begin, part.traffic(cut));
    }
    if (width == 0 && static_cast<int64_t>(cuts.extensions.size()) > 16 * limit)
      return false;
    base = first;
    level = std::move(next);
  }
  return true;
}

Result<StageCuts> Collector::run(int64_t width) {
  int64_t count = graph.size();
  cuts = StageCuts();
  cuts.order = graph.order;
  cuts.first = {0};
  cuts.time = cuts.parameterBytes = cuts.traffic = {0};
  cuts.firstExtension = {0, 0};
  cuts.certain = {0};
  passing.assign(count + 1, 0);
  for (int64_t at = 0; at < count; ++at) {
    const std::vector<int64_t> &readers = graph.readers[at];
    if (readers.empty() || readers.back() == at + 1)
      continue;
    passing[at + 1] += graph.layer(at).activationBytes;
    passing[readers.back()] -= graph.layer(at).activationBytes;
  }
  for (int64_t at = 0; at < count; ++at)
    passing[at + 1] += passing[at];
  for (int64_t begin = 0; begin < count;) {
    if (gates[begin]) {
      addGate(begin++);
      continue;
    }
    int64_t end = begin;
    while (end < count && !gates[end])
      ++end;
    if (end - begin > maxBranchedPart)
      return Error{fmt::format(
          "{} layers from '{}' on lie in branches beside each other; stages "
          "can be cut where such a part has at most {}",
          end - begin, graph.layer(begin).name, maxBranchedPart)};
    if (!addPart(begin, end, width)) {
      cuts.complete = false;
      return std::move(cuts);
    }
    begin = end;
  }
  cuts.first.push_back(cuts.size());
  return std::move(cuts);
}

} // namespace

Result<StageCuts> collectCuts(const LayerGraph &graph, int64_t limit,
                              bool byTraffic) {
  PlacedGraph placed(graph);
  Collector collector(placed, std::max(limit, placed.size() + 1), byTraffic);
  Result<StageCuts> cuts = collector.run(/*width=*/0);
  if (!cuts || cuts->complete)
    return cuts;
  constexpr int64_t leastWidth = 32;
  return collector.run(std::max(limit / placed.size(), leastWidth));
}

} // namespace layerpipe::scheduling
