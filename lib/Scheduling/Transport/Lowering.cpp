//===- Lowering.cpp - Sends and receives for an order ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An ActionGraph numbers the actions of an order and lists what each reads.
// What is read from another processor becomes a message.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/Lowering.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"

#include <algorithm>
#include <array>
#include <deque>
#include <numeric>
#include <ranges>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// Numbers the actions of an order, row by row. Actions that overlap form a
/// unit, and each other one is a unit by itself: a unit has its messages before
/// its first action runs, and sends what it makes after the last one.
class ActionGraph {
public:
  ActionGraph(const PipelineProblem &problem, const PipelineOrder &order);

  int64_t count() const { return static_cast<int64_t>(actions.size()); }
  int64_t countUnits() const { return static_cast<int64_t>(units.size()); }
  /// Returns the actions of a unit.
  auto actionsOf(int64_t unit) const {
    int64_t end = unit + 1 < countUnits() ? units[unit + 1] : count();
    return std::views::iota(units[unit], end);
  }

  /// Returns what units wait for: those whose values they read, and the one
  /// before.
  std::vector<Arc> dependences() const;

  std::vector<PipelineAction> actions;
  std::vector<int64_t> processors;
  /// An action reads what the one in front of the arc made.
  std::vector<Arc> reads;
  /// Give the first action of each unit, and each unit's place in its row.
  std::vector<int64_t> units;
  std::vector<int64_t> columns;

private:
  void number(const PipelineOrder &order);
  void addReads(const PipelineProblem &problem);
  void addReads(const StageEdge &edge, int64_t microbatch);
  int64_t &slotOf(int64_t stage, int64_t microbatch, bool forward) {
    return slots[(stage * microbatches + microbatch) * 2 + (forward ? 1 : 0)];
  }

  int64_t microbatches;
  std::vector<int64_t> unitOf;
  /// Gives for each stage and microbatch the action that makes the gradient of
  /// its inputs, and the forward action.
  std::vector<int64_t> slots;
};

ActionGraph::ActionGraph(const PipelineProblem &problem,
                         const PipelineOrder &order)
    : microbatches(problem.microbatches),
      slots(problem.stages.size() * problem.microbatches * 2, -1) {
  number(order);
  addReads(problem);
}

void ActionGraph::number(const PipelineOrder &order) {
  for (size_t processor = 0; processor < order.processors.size(); ++processor) {
    int64_t column = 0;
    bool joined = false;
    for (const PipelineAction &action : order.processors[processor]) {
      if (action.kind != ActionKind::weight_gradient)
        slotOf(action.stage, action.microbatch,
               action.kind == ActionKind::forward) = count();
      if (!joined) {
        units.push_back(count());
        columns.push_back(column++);
      }
      joined = action.overlapsNext;
      unitOf.push_back(countUnits() - 1);
      actions.push_back(action);
      processors.push_back(static_cast<int64_t>(processor));
    }
  }
}

void ActionGraph::addReads(const StageEdge &edge, int64_t microbatch) {
  int64_t made = slotOf(edge.from, microbatch, true);
  int64_t read = slotOf(edge.to, microbatch, true);
  if (made >= 0 && read >= 0)
    reads.push_back({made, read});
  int64_t back = slotOf(edge.to, microbatch, false);
  int64_t readBack = slotOf(edge.from, microbatch, false);
  if (back >= 0 && readBack >= 0)
    reads.push_back({back, readBack});
}

void ActionGraph::addReads(const PipelineProblem &problem) {
  // Parallel edges carry one message.
  std::vector<StageEdge> edges = problem.edges;
  auto endsOf = [](const StageEdge &edge) {
    return std::array{edge.from, edge.to};
  };
  std::sort(edges.begin(), edges.end(),
            [&](const StageEdge &a, const StageEdge &b) {
              return endsOf(a) < endsOf(b);
            });
  edges.erase(std::unique(edges.begin(), edges.end(),
                          [&](const StageEdge &a, const StageEdge &b) {
                            return endsOf(a) == endsOf(b);
                          }),
              edges.end());
  for (const StageEdge &edge : edges)
    for (int64_t microbatch = 0; microbatch < microbatches; ++microbatch)
      addReads(edge, microbatch);
}

std::vector<Arc> ActionGraph::dependences() const {
  std::vector<Arc> arcs;
  for (const Arc &read : reads)
    if (unitOf[read.from] != unitOf[read.to] || read.from > read.to)
      arcs.push_back({unitOf[read.from], unitOf[read.to]});
  for (int64_t unit = 1; unit < countUnits(); ++unit)
    if (columns[unit] > 0)
      arcs.push_back({unit - 1, unit});
  return arcs;
}

/// Builds the rows of an order step by step.
class Builder {
public:
  Builder(const ActionGraph &graph, size_t processors, Lowering lowering)
      : graph(graph), lowering(lowering), sends(graph.count()),
        receives(graph.count()), held(processors) {
    rows.processors.resize(processors);
  }

  CommunicationRows build(const std::vector<int64_t> &order);

private:
  void addMessages(const std::vector<int64_t> &order);
  void addUnit(int64_t unit);
  void send(int64_t message);
  void receive(int64_t message);
  void releaseUpTo(int64_t processor, int64_t message);
  void append(int64_t processor, RowStep::Kind kind, int64_t message) {
    rows.processors[processor].push_back({kind, {}, message});
  }

  const ActionGraph &graph;
  Lowering lowering;
  CommunicationRows rows;
  /// List the messages that each action makes and reads.
  std::vector<std::vector<int64_t>> sends, receives;
  /// Holds the receives of each processor that are not in its row yet, by
  /// ascending message.
  std::vector<std::deque<int64_t>> held;
};

/// Numbers the messages in the order in which their makers stand in `order`.
void Builder::addMessages(const std::vector<int64_t> &order) {
  Adjacency readers(graph.count(), static_cast<int64_t>(graph.reads.size()),
                    [&](int64_t arc) { return graph.reads[arc].from; });
  for (int64_t unit : order)
    for (int64_t action : graph.actionsOf(unit))
      for (int64_t arc : readers.of(action)) {
        int64_t reader = graph.reads[arc].to;
        if (graph.processors[action] == graph.processors[reader])
          continue;
        auto message = static_cast<int64_t>(rows.messages.size());
        rows.messages.push_back({graph.actions[action], graph.actions[reader],
                                 graph.processors[action],
                                 graph.processors[reader]});
        sends[action].push_back(message);
        receives[reader].push_back(message);
      }
}

/// Puts the held receives into the row, up to that of the message. Receives
/// enter it in the order of messages, so one that is not held is in it already.
void Builder::releaseUpTo(int64_t processor, int64_t message) {
  std::deque<int64_t> &waiting = held[processor];
  while (!waiting.empty() && waiting.front() <= message) {
    append(processor, RowStep::Kind::receive, waiting.front());
    waiting.pop_front();
  }
}

void Builder::send(int64_t message) {
  int64_t processor = rows.messages[message].fromProcessor;
  releaseUpTo(processor, message);
  append(processor, RowStep::Kind::send, message);
}

/// Enters a receive at the moment when its message is sent.
void Builder::receive(int64_t message) {
  int64_t processor = rows.messages[message].toProcessor;
  if (lowering == Lowering::matched)
    append(processor, RowStep::Kind::receive, message);
  else if (lowering == Lowering::matched_late)
    held[processor].push_back(message);
}

void Builder::addUnit(int64_t unit) {
  int64_t processor = graph.processors[graph.units[unit]];
  for (int64_t action : graph.actionsOf(unit))
    for (int64_t message : receives[action]) {
      if (lowering == Lowering::naive)
        append(processor, RowStep::Kind::receive, message);
      releaseUpTo(processor, message);
    }
  for (int64_t action : graph.actionsOf(unit))
    rows.processors[processor].push_back(
        {RowStep::Kind::compute, graph.actions[action], -1});
  for (int64_t action : graph.actionsOf(unit))
    for (int64_t message : sends[action]) {
      send(message);
      receive(message);
    }
}

CommunicationRows Builder::build(const std::vector<int64_t> &order) {
  addMessages(order);
  for (int64_t unit : order)
    addUnit(unit);
  return std::move(rows);
}

/// Returns the units as they end in a run of the order. Where several end at
/// once, those that stand further to the left in their rows come first.
std::vector<int64_t> orderByEnds(const ActionGraph &graph,
                                 const Simulation &simulation) {
  std::vector<int64_t> ends;
  for (const SimulatedProcessor &processor : simulation.processors)
    for (const SimulatedAction &action : processor.actions)
      ends.push_back(action.end);
  auto keyOf = [&](int64_t unit) {
    return std::tuple(ends[graph.units[unit]], graph.columns[unit], unit);
  };
  std::vector<int64_t> sorted(graph.countUnits()), rank(graph.countUnits());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::sort(sorted.begin(), sorted.end(),
            [&](int64_t a, int64_t b) { return keyOf(a) < keyOf(b); });
  for (int64_t place = 0; place < graph.countUnits(); ++place)
    rank[sorted[place]] = place;
  // Units that take no time may end together with what they read.
  return topologicalOrder(graph.countUnits(), graph.dependences(), rank);
}

} // namespace

Result<CommunicationRows> addMessages(const PipelineProblem &problem,
                                      const PipelineOrder &order,
                                      Lowering lowering) {
  Result<Simulation> run = simulate(problem, order);
  if (!run)
    return run.error();
  ActionGraph graph(problem, order);
  return Builder(graph, order.processors.size(), lowering)
      .build(orderByEnds(graph, *run));
}

PipelineOrder withoutMessages(const CommunicationRows &rows) {
  PipelineOrder order;
  for (const std::vector<RowStep> &row : rows.processors) {
    order.processors.emplace_back();
    for (const RowStep &step : row)
      if (step.kind == RowStep::Kind::compute)
        order.processors.back().push_back(step.action);
  }
  return order;
}

} // namespace layerpipe::scheduling
