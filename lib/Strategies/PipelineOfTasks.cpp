//===- PipelineOfTasks.cpp - Tasks as stages of a pipeline ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineOfTasks.h"

#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Cyclic/FixedOrder.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace layerpipe::strategies {

using namespace scheduling;

namespace {

/// Names the action of a stage that holds a task.
struct ActionKey {
  int64_t stage = 0;
  ActionKind kind = ActionKind::forward;
  int64_t microbatch = 0;

  auto operator<=>(const ActionKey &) const = default;
};

} // namespace

static int64_t countMicrobatches(const TaskGraph &graph) {
  int64_t count = 1;
  for (const Task &task : graph.tasks)
    count = std::max(count, task.microbatch.value_or(0) + 1);
  return count;
}

/// Returns the kind of action that a task is part of, or none.
static std::optional<ActionKind> kindOf(const Task &task,
                                        bool hasMicrobatches) {
  if (task.kind == TaskKind::input || task.kind == TaskKind::update ||
      task.kind == TaskKind::norm || (hasMicrobatches && !task.microbatch))
    return std::nullopt;
  switch (task.kind) {
  case TaskKind::grad_input:
    return ActionKind::input_gradient;
  case TaskKind::grad_weight:
    return ActionKind::weight_gradient;
  case TaskKind::backward:
    return ActionKind::backward;
  default:
    return ActionKind::forward;
  }
}

/// Returns the action of each task, none where it is part of no action.
static std::vector<std::optional<ActionKey>>
actionsOf(const TaskGraph &graph, const std::vector<int64_t> &stageOf) {
  bool hasMicrobatches =
      std::any_of(graph.tasks.begin(), graph.tasks.end(),
                  [](const Task &task) { return bool(task.microbatch); });
  std::vector<std::optional<ActionKey>> actions;
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    auto kind = kindOf(graph.tasks[task], hasMicrobatches);
    actions.emplace_back();
    if (kind)
      actions.back() = {stageOf[task], *kind,
                        graph.tasks[task].microbatch.value_or(0)};
  }
  return actions;
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// Gives each stage the time of its longest action of each kind.
static void addTimes(const TaskGraph &graph,
                     const std::vector<std::optional<ActionKey>> &actions,
                     PipelineProblem &pipeline) {
  std::map<ActionKey, int64_t> times;
  for (size_t task = 0; task < actions.size(); ++task)
    if (actions[task])
      times[*actions[task]] += graph.tasks[task].time;
  for (const auto &[action, time] : times) {
    PipelineStage &stage = pipeline.stages[action.stage];
    int64_t &longest = action.kind == ActionKind::forward ? stage.forwardTime
                       : action.kind == ActionKind::input_gradient
                           ? stage.inputGradientTime
                           : stage.weightGradientTime;
    longest = std::max(longest, time);
  }
}

/// Adds what travels between stages and what they keep, counted for the first
/// microbatch: a value that a later action of its stage reads is kept for it.
static void addSizes(const TaskGraph &graph,
                     const std::vector<std::optional<ActionKey>> &actions,
                     PipelineProblem &pipeline) {
  std::map<std::pair<int64_t, int64_t>, int64_t> sent;
  for (size_t stage = 1; stage < pipeline.stages.size(); ++stage)
    sent[{int64_t(stage) - 1, int64_t(stage)}] = 0;
  std::set<std::tuple<int64_t, int64_t, ActionKind>> seen;
  for (const Edge &edge : graph.edges) {
    const auto &from = actions[edge.from], &to = actions[edge.to];
    if (!from || !to || from->microbatch != 0 || to->microbatch != 0 ||
        !seen.emplace(edge.value, to->stage, to->kind).second)
      continue;
    int64_t bytes = graph.values[edge.value].bytes;
    if (from->kind == ActionKind::forward && to->kind == ActionKind::forward &&
        from->stage < to->stage)
      addBytes(sent[{from->stage, to->stage}], bytes);
    PipelineStage &reader = pipeline.stages[to->stage];
    if (from->kind == ActionKind::forward && to->kind != ActionKind::forward)
      addBytes(reader.activationBytes, bytes);
    if (to->kind == ActionKind::weight_gradient)
      addBytes(reader.weightGradientBytes, bytes);
  }
  for (auto [ends, bytes] : sent)
    pipeline.edges.push_back({ends.first, ends.second, bytes});
  for (PipelineStage &stage : pipeline.stages)
    stage.activationBytes =
        std::max(stage.activationBytes, stage.weightGradientBytes);
}

PipelineProblem pipelineOf(const TaskGraph &graph,
                           const std::vector<int64_t> &stageOf,
                           const Machine &machine, std::string timeUnit) {
  PipelineProblem pipeline;
  pipeline.machine = machine;
  pipeline.timeUnit = std::move(timeUnit);
  pipeline.microbatches = countMicrobatches(graph);
  pipeline.stages.resize(
      1 +
      std::max<int64_t>(0, *std::max_element(stageOf.begin(), stageOf.end())));
  auto actions = actionsOf(graph, stageOf);
  addTimes(graph, actions, pipeline);
  addSizes(graph, actions, pipeline);
  for (const Value &value : graph.values)
    if (graph.tasks[value.producer].kind == TaskKind::update)
      addBytes(pipeline.stages[stageOf[value.producer]].residentBytes,
               value.bytes);
  return pipeline;
}

//===----------------------------------------------------------------------===//
// Tasks in the order of actions
//===----------------------------------------------------------------------===//

namespace {

/// Puts the tasks of a graph into the order of actions.
class TaskOrder {
public:
  TaskOrder(const TaskGraph &graph, const std::vector<int64_t> &stageOf)
      : graph(graph), stageOf(stageOf), actions(actionsOf(graph, stageOf)) {}

  Status run(const PipelineProblem &pipeline, const PipelineOrder &order);

  std::vector<int64_t> assignment;
  std::vector<std::vector<int64_t>> processors;

private:
  void addActions(const PipelineProblem &pipeline, const PipelineOrder &order);
  void addOthers(const PipelineProblem &pipeline);

  const TaskGraph &graph;
  const std::vector<int64_t> &stageOf;
  std::vector<std::optional<ActionKey>> actions;
  /// These are all tasks, in an order that edges without distance agree with.
  std::vector<int64_t> sequence;
};

} // namespace

/// Lists the tasks of each processor's actions. A backward action has the tasks
/// of both gradients.
void TaskOrder::addActions(const PipelineProblem &pipeline,
                           const PipelineOrder &order) {
  std::map<ActionKey, std::vector<int64_t>> tasks;
  for (int64_t task : sequence)
    if (auto key = actions[task]) {
      tasks[*key].push_back(task);
      if (key->kind != ActionKind::forward && key->kind != ActionKind::backward)
        tasks[{key->stage, ActionKind::backward, key->microbatch}].push_back(
            task);
    }
  const int64_t stages = 1 + *std::max_element(stageOf.begin(), stageOf.end());
  for (size_t processor = 0; processor < order.processors.size(); ++processor)
    for (const PipelineAction &action : order.processors[processor]) {
      // Copies of a network that run the other way have the same stages.
      auto found =
          tasks.find({action.stage % stages, action.kind, action.microbatch});
      if (found == tasks.end())
        continue;
      for (int64_t task : found->second) {
        assignment[task] = int64_t(processor);
        processors[processor].push_back(task);
      }
    }
}

/// Appends what is no action, such as updates, where its stage is.
void TaskOrder::addOthers(const PipelineProblem &pipeline) {
  for (int64_t task : sequence)
    if (!actions[task] && graph.tasks[task].kind != TaskKind::input) {
      int64_t processor = pipeline.stages[stageOf[task]].processor;
      assignment[task] = processor;
      processors[processor].push_back(task);
    }
}

Status TaskOrder::run(const PipelineProblem &pipeline,
                      const PipelineOrder &order) {
  sequence = topologicalOrder(graph.tasks.size(),
                              delayFreeArcs(graph, distancesOf(graph)));
  if (sequence.size() != graph.tasks.size())
    return Error{"the graph has a cycle without a delay"};
  assignment.assign(graph.tasks.size(), -1);
  processors.resize(pipeline.machine.processors);
  addActions(pipeline, order);
  addOthers(pipeline);
  return Status::success();
}

/// Returns the tasks in an order that edges and processors agree with; shorter
/// where they wait for each other.
static std::vector<int64_t>
sequenceOf(const TaskGraph &graph,
           const std::vector<std::vector<int64_t>> &processors) {
  std::vector<Arc> arcs = delayFreeArcs(graph, distancesOf(graph));
  for (const std::vector<int64_t> &tasks : processors)
    for (size_t at = 1; at < tasks.size(); ++at)
      arcs.push_back({tasks[at - 1], tasks[at]});
  return topologicalOrder(graph.tasks.size(), arcs);
}

/// Returns a schedule that only tells orders: that of each processor, and that
/// of transfers, which leave in the order in which their values are made.
static CyclicSolution orderOnly(const CyclicProblem &problem,
                                const std::vector<int64_t> &sequence,
                                std::vector<std::vector<int64_t>> processors) {
  const TaskGraph &graph = problem.graph;
  CyclicSolution given;
  given.start.assign(graph.tasks.size(), 0);
  given.lag.assign(graph.tasks.size(), 0);
  given.distance = distancesOf(graph);
  given.order = std::move(processors);
  std::vector<int64_t> place(graph.tasks.size());
  for (size_t at = 0; at < sequence.size(); ++at)
    place[sequence[at]] = int64_t(at);
  std::set<std::pair<int64_t, int64_t>> known;
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    const Edge &edge = graph.edges[index];
    int64_t to = problem.assignment[edge.to];
    if (needsTransfer(problem, int64_t(index)) &&
        known.emplace(edge.value, to).second)
      given.transfers.push_back({.value = edge.value,
                                 .fromProcessor = problem.assignment[edge.from],
                                 .toProcessor = to,
                                 .start = place[edge.from]});
  }
  return given;
}

Result<CyclicSolution> scheduleActions(CyclicProblem &problem,
                                       const std::vector<int64_t> &stageOf,
                                       const PipelineProblem &pipeline,
                                       const PipelineOrder &order) {
  TaskOrder tasks(problem.graph, stageOf);
  if (Status status = tasks.run(pipeline, order); !status)
    return status.error();
  problem.assignment = tasks.assignment;
  std::vector<int64_t> sequence = sequenceOf(problem.graph, tasks.processors);
  if (sequence.size() != problem.graph.tasks.size())
    return Error{"in this order of microbatches, tasks wait for each other: "
                 "gradients are added in the order of the microbatches"};
  CyclicSolution given =
      orderOnly(problem, sequence, std::move(tasks.processors));
  // The order is given, and so is the memory that it takes.
  std::vector<int64_t> memory = std::exchange(problem.machine.memory, {});
  auto schedule =
      verified("the schedule of microbatches", scheduleInOrder(problem, given),
               [&](const CyclicSolution &answer) {
                 return verifyInOrder(problem, given, answer);
               });
  problem.machine.memory = std::move(memory);
  if (!schedule)
    return schedule;
  if (Status fits = checkMemory(problem, *schedule); !fits)
    return Error{"in this order of microbatches, " + fits.message()};
  return schedule;
}

} // namespace layerpipe::strategies
