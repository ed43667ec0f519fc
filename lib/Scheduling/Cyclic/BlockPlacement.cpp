//===- BlockPlacement.cpp - Forwards, then backwards ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPlacement.h"

#include "ArcPlacement.h"

#include <algorithm>
#include <numeric>

namespace layerpipe::scheduling {

BlockPlacement::BlockPlacement(const CyclicProblem &problem,
                               const ActivityGraph &graph)
    : problem(problem), graph(graph),
      in(countNodes(graph), graph.dependences.size(),
         [&](int64_t index) { return graph.dependences[index].to; }),
      out(countNodes(graph), graph.dependences.size(),
          [&](int64_t index) { return graph.dependences[index].from; }),
      early(problem.machine.processors), late(problem.machine.processors) {
  std::vector<bool> isEarly = findEarly();
  std::vector<bool> isDelayed = findDelayed();
  for (bool delayed : {false, true})
    for (int64_t activity : graph.order)
      if (int64_t id = graph.activities[activity].resource;
          id >= 0 && id < problem.machine.processors &&
          isDelayed[activity] == delayed)
        add(isEarly[activity] ? early[id] : late[id], activity);
  orderStages(isEarly);
}

void BlockPlacement::add(Block &block, int64_t activity) {
  block.activities.push_back(activity);
  block.duration += graph.activities[activity].duration;
}

/// Returns which activities belong to first blocks: forwards, and all else that
/// needs no gradient of its iteration.
std::vector<bool> BlockPlacement::findEarly() const {
  auto tasks = static_cast<int64_t>(problem.graph.tasks.size());
  std::vector<bool> isEarly(graph.activities.size(), true);
  for (int64_t activity : graph.order) {
    if (activity < tasks) {
      TaskKind kind = problem.graph.tasks[activity].kind;
      if (kind != TaskKind::input && kind != TaskKind::forward &&
          kind != TaskKind::other)
        isEarly[activity] = false;
    }
    if (!isEarly[activity])
      for (int64_t index : out.of(activity))
        if (const Dependence &dependence = graph.dependences[index];
            dependence.distance == 0)
          isEarly[dependence.to] = false;
  }
  return isEarly;
}

/// Returns which updates read gradients of earlier iterations only. They come
/// last, since such a gradient may be made right before in their block.
std::vector<bool> BlockPlacement::findDelayed() const {
  std::vector<bool> isDelayed(graph.activities.size(), false);
  for (const Edge &edge : problem.graph.edges)
    if (edge.parameter >= 0)
      isDelayed[edge.to] = problem.delays == Delays::given && edge.distance > 0;
  return isDelayed;
}

/// Orders the processors such that first blocks read from earlier ones, and
/// second blocks from later ones: by number, if that is such an order, or else
/// by first forwards. What is no pipeline is ordered by its first forwards.
void BlockPlacement::orderStages(const std::vector<bool> &isEarly) {
  std::vector<int64_t> rank(early.size(), countNodes(graph));
  for (size_t id = 0; id < early.size(); ++id)
    if (!early[id].activities.empty())
      rank[id] = graph.rank[early[id].activities.front()];
  std::vector<Arc> arcs;
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    int64_t from = problem.assignment[edge.from];
    int64_t to = problem.assignment[edge.to];
    bool waits = edge.distance == 0 || graph.edgeGroup[index] >= 0;
    if (!waits || from < 0 || from == to ||
        isEarly[edge.from] != isEarly[edge.to])
      continue;
    arcs.push_back(isEarly[edge.from] ? Arc{from, to} : Arc{to, from});
  }
  int64_t processors = problem.machine.processors;
  if (std::all_of(arcs.begin(), arcs.end(),
                  [](const Arc &arc) { return arc.from < arc.to; }))
    std::iota(rank.begin(), rank.end(), 0);
  stages = topologicalOrder(processors, arcs, rank);
  pipeline = static_cast<int64_t>(stages.size()) == processors;
  if (!pipeline)
    stages = topologicalOrder(processors, {}, rank);
}

//===----------------------------------------------------------------------===//
// Placing blocks
//===----------------------------------------------------------------------===//

/// These are the times of one iteration, as far as it is placed.
class BlockPlacement::Times {
public:
  explicit Times(const BlockPlacement &blocks)
      : blocks(blocks), time(countNodes(blocks.graph), 0),
        known(time.size(), false) {}

  /// Returns when the block may begin, as far as its operands are known.
  Wide ready(const Block &block) const;
  /// Places the block's activities one after the other, and lets transfers of
  /// their results follow at once.
  void place(const Block &block, Wide begin);
  /// Returns the instants of what occupies a processor; others have −1.
  Starts starts(int64_t period) const;

private:
  const BlockPlacement &blocks;
  std::vector<Wide> time;
  std::vector<bool> known;
};

Wide BlockPlacement::Times::ready(const Block &block) const {
  const ActivityGraph &graph = blocks.graph;
  Wide begin = 0, offset = 0;
  for (int64_t activity : block.activities) {
    for (int64_t index : blocks.in.of(activity))
      if (const Dependence &dependence = graph.dependences[index];
          dependence.distance == 0 && known[dependence.from])
        begin =
            std::max(begin, time[dependence.from] + dependence.delay - offset);
    offset += graph.activities[activity].duration;
  }
  return begin;
}

void BlockPlacement::Times::place(const Block &block, Wide begin) {
  const ActivityGraph &graph = blocks.graph;
  auto tasks = static_cast<int64_t>(blocks.problem.graph.tasks.size());
  for (int64_t activity : block.activities) {
    time[activity] = begin;
    known[activity] = true;
    for (int64_t index : blocks.out.of(activity))
      if (const Dependence &sent = graph.dependences[index]; sent.to >= tasks) {
        time[sent.to] = begin + sent.delay;
        known[sent.to] = true;
      }
    begin += graph.activities[activity].duration;
  }
}

Starts BlockPlacement::Times::starts(int64_t period) const {
  Starts starts(time.size(), -1);
  for (size_t activity = 0; activity < time.size(); ++activity)
    if (int64_t id = blocks.graph.activities[activity].resource;
        id >= 0 && id < blocks.problem.machine.processors)
      starts[activity] = static_cast<int64_t>(
          time[activity] - floorDiv(time[activity], period) * period);
  return starts;
}

std::optional<Starts> BlockPlacement::place(int64_t period, bool inTurn) const {
  Times times(*this);
  std::vector<Wide> behind(early.size(), 0);
  Wide before = 0;
  for (int64_t id : stages) {
    Wide begin = std::max(times.ready(early[id]), before);
    times.place(early[id], begin);
    behind[id] = begin + early[id].duration;
    before = inTurn ? behind[id] : 0;
  }
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    int64_t id = *stage;
    Wide begin = std::max(times.ready(late[id]), behind[id]);
    // The second block must not run into the first one of a later iteration.
    Wide gap = (begin - behind[id]) % period;
    Wide room = Wide(period) - early[id].duration - late[id].duration;
    times.place(late[id], gap > room ? begin + period - gap : begin);
  }
  return placeOnArcs(graph, period, graph.order, times.starts(period));
}

} // namespace layerpipe::scheduling
