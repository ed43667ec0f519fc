//===- OrderSums.cpp - In which order gradients are added up --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrderSums.h"

#include "GradientDelays.h"
#include "Layerpipe/IR/LayerpipeCycles.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

using namespace mlir;
using namespace layerpipe;

//===----------------------------------------------------------------------===//
// The order of a schedule
//===----------------------------------------------------------------------===//

/// Returns arcs from layers to layers that come before them, as positions in
/// `layers`.
static std::vector<scheduling::Arc>
arcsOf(const scheduling::StaticSchedule &schedule,
       const std::map<int64_t, int64_t> &layers) {
  std::vector<scheduling::Arc> arcs;
  for (const scheduling::ScheduleEdge &edge : schedule.edges) {
    auto from = layers.find(schedule.tasks[edge.from].layer);
    auto to = layers.find(schedule.tasks[edge.to].layer);
    if (from == to || from == layers.end() || to == layers.end())
      continue;
    if (edge.kind == scheduling::EdgeKind::gradient)
      arcs.push_back({from->second, to->second});
    else if (edge.kind == scheduling::EdgeKind::weight ||
             edge.kind == scheduling::EdgeKind::activation)
      arcs.push_back({to->second, from->second});
  }
  return arcs;
}

LayerOrder layerpipe::orderOf(const scheduling::StaticSchedule &schedule) {
  LayerOrder order;
  for (const scheduling::ScheduleTask &task : schedule.tasks)
    if (task.layer > 0)
      order.stages.emplace(task.layer, 0);
  auto count = static_cast<int64_t>(order.stages.size());
  std::vector<int64_t> lastNumberFirst;
  for (auto &[layer, position] : order.stages) {
    position = static_cast<int64_t>(lastNumberFirst.size());
    lastNumberFirst.push_back(-position);
  }
  std::vector<int64_t> lastFirst = scheduling::topologicalOrder(
      count, arcsOf(schedule, order.stages), lastNumberFirst);
  if (static_cast<int64_t>(lastFirst.size()) < count)
    return {};
  std::vector<int64_t> places(count);
  for (auto [place, position] : llvm::enumerate(llvm::reverse(lastFirst)))
    places[position] = static_cast<int64_t>(place);
  for (auto &[layer, position] : order.stages)
    position = places[position];
  return order;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

namespace {
/// This is the sum of a value's gradients.
struct GradientSum {
  /// These add one share each. The last one makes the whole sum; an addition
  /// stands behind those that it reads.
  SmallVector<AccumulateOp> additions;
  SmallVector<Value> shares;
};
} // namespace

/// Returns the addition that makes a part of the same sum, for the same
/// microbatch, and is read by nothing else, or null if the operand is a share.
static AccumulateOp partOf(AccumulateOp addition, Value operand) {
  auto part = operand.getDefiningOp<AccumulateOp>();
  return part && part->hasOneUse() &&
                 part.getOfWeights() == addition.getOfWeights() &&
                 getMicrobatch(part) == getMicrobatch(addition)
             ? part
             : AccumulateOp();
}

/// Returns whether nothing but a part of a sum reads the addition.
static bool isPart(AccumulateOp addition) {
  if (!addition->hasOneUse())
    return false;
  auto reader = dyn_cast<AccumulateOp>(*addition->user_begin());
  return reader && partOf(reader, addition.getResult());
}

/// Returns the sum that `last` makes, with its shares from left to right.
static GradientSum sumOf(AccumulateOp last) {
  GradientSum sum;
  SmallVector<std::pair<AccumulateOp, Value>> open;
  auto visit = [&](AccumulateOp addition) {
    sum.additions.push_back(addition);
    open.emplace_back(addition, addition.getB());
    open.emplace_back(addition, addition.getA());
  };
  visit(last);
  while (!open.empty()) {
    auto [reader, operand] = open.pop_back_val();
    if (AccumulateOp part = partOf(reader, operand))
      visit(part);
    else
      sum.shares.push_back(operand);
  }
  std::reverse(sum.additions.begin(), sum.additions.end());
  return sum;
}

static std::optional<int64_t> layerOf(Value value) {
  Operation *maker = value.getDefiningOp();
  return maker ? getLayer(maker) : std::nullopt;
}

/// Returns whether no addition reads from an earlier layer, or some layer is
/// not known.
static bool isInOrder(const GradientSum &sum, const LayerOrder &order) {
  bool known = true, ordered = true;
  for (AccumulateOp addition : sum.additions)
    for (Value operand : addition->getOperands()) {
      std::optional<int64_t> from = layerOf(operand), to = getLayer(addition);
      known &= from && to;
      ordered &= !known || order.rankOf(*from) >= order.rankOf(*to);
    }
  return !known || ordered;
}

/// Adds the shares up from the last layer to the first; those of one layer keep
/// their order. Each addition belongs to the layer of the share that it adds.
static void chain(const GradientSum &sum, const LayerOrder &order) {
  std::multimap<std::pair<int64_t, int64_t>, Value, std::greater<>> shares;
  for (Value share : sum.shares)
    shares.emplace(order.rankOf(*layerOf(share)), share);
  auto next = shares.begin();
  Value partial = (next++)->second;
  for (AccumulateOp addition : sum.additions) {
    const auto &[rank, share] = *next++;
    addition.getAMutable().assign(partial);
    addition.getBMutable().assign(share);
    addition->setLoc(share.getLoc());
    setLayer(addition, rank.second);
    partial = addition.getResult();
  }
}

//===----------------------------------------------------------------------===//
// Updates
//===----------------------------------------------------------------------===//

/// Moves an update, and the ops that prepare its gradient, to a layer.
static void setLayerOfUpdate(Operation *update, int64_t layer) {
  setLayer(update, layer);
  for (Value operand : update->getOperands())
    if (preparesGradient(operand.getDefiningOp()))
      setLayer(operand.getDefiningOp(), layer);
}

/// Moves the update of the parameter that `state` holds to the first layer that
/// reads the parameter. Returns whether it was in another one.
static bool moveUpdate(DelayOp state, const LayerOrder &order) {
  Operation *update = state.getInput().getDefiningOp();
  std::optional<int64_t> now = update ? getLayer(update) : std::nullopt;
  if (!now || !isa<OptimizerOpInterface>(update))
    return false;
  int64_t first = *now;
  for (Operation *reader : state->getUsers())
    if (std::optional<int64_t> layer = getLayer(reader);
        layer && order.rankOf(*layer) < order.rankOf(first))
      first = *layer;
  setLayerOfUpdate(update, first);
  return first != *now;
}

bool layerpipe::orderGradientSums(GraphOp graph, const LayerOrder &order) {
  bool changed = false;
  // A sum may be a share of another one, which is looked at afterwards.
  for (Operation *op : topologicalOrder(graph)) {
    auto last = dyn_cast<AccumulateOp>(op);
    if (!last || isPart(last))
      continue;
    GradientSum sum = sumOf(last);
    if (isInOrder(sum, order))
      continue;
    chain(sum, order);
    changed = true;
  }
  for (auto state : graph.getBody().getOps<DelayOp>())
    if (state.getInitialParameter())
      changed |= moveUpdate(state, order);
  return changed;
}
