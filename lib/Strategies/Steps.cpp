//===- Steps.cpp - What several strategies do -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Steps.h"

#include "layerpipe/Scheduling/Cyclic/StalenessLimit.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"

#include <map>
#include <set>
#include <string>

namespace layerpipe::strategies {

using namespace scheduling;

Result<std::vector<int64_t>> assign(const Planner &planner,
                                    const TaskGraph &graph, int64_t processors,
                                    AssignmentStrategy strategy,
                                    std::vector<std::vector<int64_t>> starts) {
  AssignmentProblem problem;
  problem.graph = graph;
  problem.machine = planner.searchedMachine(processors);
  problem.pins = pinsOfTasks(planner.pins, graph);
  AssignmentOptions options;
  options.strategy = strategy;
  options.limits = planner.options.limits;
  options.starts = std::move(starts);
  auto assignment = verified(
      "the assignment", solveAssignment(problem, options),
      [&](const Assignment &answer) { return verify(problem, answer); });
  if (!assignment)
    return assignment.error();
  return std::move(assignment->processor);
}

/// Returns the layers with an edge from each to the next, so that stages are
/// intervals of the layers' numbers. Of several branches, for instance, one is
/// behind the other then. Chains are as they were.
///
/// Where such stages are as fast as any, they are taken: sums of gradients stay
/// as they are, for strategies that begin with these stages, too, and stages
/// that pick branches at will send up to 61 % more bytes (GNMT on 4
/// processors).
static LayerGraph inLayerOrder(LayerGraph layers) {
  std::set<std::pair<int64_t, int64_t>> known;
  for (const LayerEdge &edge : layers.edges)
    known.emplace(edge.from, edge.to);
  for (int64_t layer = 1; layer < countNodes(layers); ++layer)
    if (!known.contains({layer - 1, layer}))
      layers.edges.push_back({layer - 1, layer});
  return layers;
}

/// Returns the numbers of the layers, in the order of planner.layers.
static std::set<int64_t> numbersOfLayers(const Planner &planner) {
  std::set<int64_t> numbers;
  for (const Task &task : planner.forms.coupled.tasks)
    if (task.layer > 0)
      numbers.insert(task.layer);
  return numbers;
}

/// Returns the processor of each layer that has one, by planner.layers.
static std::vector<std::optional<int64_t>>
pinsOfLayers(const Planner &planner) {
  std::vector<std::optional<int64_t>> pins;
  if (planner.pins.empty())
    return pins;
  for (int64_t number : numbersOfLayers(planner)) {
    auto pin = planner.pins.find(number);
    pins.push_back(pin == planner.pins.end() ? std::nullopt
                                             : std::optional(pin->second));
  }
  return pins;
}

Result<StagePartition> partition(const Planner &planner, int64_t processors,
                                 bool replicated) {
  const Result<LayerGraph> &layers = planner.layers;
  if (!layers)
    return layers.error();
  StageProblem problem;
  // More replicas share a layer's work, but more stages than layers don't.
  problem.processors =
      replicated ? processors : planner.searchedMachine(processors).processors;
  problem.links = planner.machineOf(problem.processors).links;
  problem.replicated = replicated;
  problem.limits = planner.options.limits;
  problem.pins = pinsOfLayers(planner);
  auto check = [&](const StagePartition &answer) {
    return verify(*layers, problem, answer);
  };
  auto best =
      verified("the partition", partitionStages(*layers, problem), check);
  // Stages with pins may exist, and not among the cuts that were kept.
  bool missed = !best && best.error().failure == Failure::out_of_time;
  if ((!best && !missed) || replicated || haveBandwidth(problem.links))
    return best;
  LayerGraph ordered = inLayerOrder(*layers);
  if (ordered.edges.size() == layers->edges.size())
    return best;
  auto inOrder =
      verified("the partition", partitionStages(ordered, problem), check);
  if (!inOrder)
    return isDefect(inOrder.error()) ? inOrder : best;
  if (!best)
    return inOrder;
  return best->bottleneck < inOrder->bottleneck ? best : inOrder;
}

ScheduleOptions shortSearch(const PlannerOptions &options) {
  ScheduleOptions choice;
  choice.exactEffort = 1 << 21;
  choice.limits = options.limits;
  return choice;
}

Result<PlanPtr> schedule(TaskForm form, CyclicProblem problem,
                         const PlannerOptions &options) {
  auto solved = verified(
      "the scheduler",
      solveWithinStaleness(problem, options.maxStaleness, shortSearch(options)),
      [&](const CyclicSolution &answer) {
        return verifyWithinStaleness(problem, options.maxStaleness, answer);
      });
  if (!solved)
    return solved.error();
  return std::make_shared<const Plan>(
      Plan{form, {}, std::move(problem), std::move(*solved)});
}

CyclicProblem makeProblem(const Planner &planner, const TaskGraph &graph,
                          int64_t processors, std::vector<int64_t> assignment) {
  return {graph, planner.searchedMachine(processors), std::move(assignment),
          Delays::least};
}

std::map<int64_t, int64_t> stagesOfLayers(const Planner &planner,
                                          const StagePartition &stages) {
  std::map<int64_t, int64_t> stageOf;
  for (int64_t number : numbersOfLayers(planner))
    stageOf.emplace(number, stages.stage[stageOf.size()]);
  return stageOf;
}

TaskGraph withoutStaleness(TaskGraph graph) {
  for (Edge &edge : graph.edges)
    if (edge.parameter >= 0)
      edge.distance = 0;
  return graph;
}

std::vector<int64_t>
stagesOfTasks(const TaskGraph &graph,
              const std::map<int64_t, int64_t> &stageOfLayer,
              int64_t lastStage) {
  std::vector<int64_t> found;
  for (const Task &task : graph.tasks) {
    auto stage = stageOfLayer.find(task.layer);
    found.push_back(task.kind == TaskKind::input  ? -1
                    : stage != stageOfLayer.end() ? stage->second
                                                  : lastStage);
  }
  return found;
}

std::vector<int64_t> stagesOfTasks(const Planner &planner,
                                   const TaskGraph &graph,
                                   const StagePartition &stages) {
  return stagesOfTasks(graph, stagesOfLayers(planner, stages),
                       stages.stage.back());
}

std::vector<int64_t> placeStages(const Planner &planner, const TaskGraph &graph,
                                 const StagePartition &stages) {
  std::vector<int64_t> assignment = stagesOfTasks(planner, graph, stages);
  for (int64_t &processor : assignment)
    processor = processor < 0 ? -1 : stages.processor[processor];
  return assignment;
}

std::optional<std::vector<int64_t>> translate(const CyclicProblem &plan,
                                              const TaskGraph &graph) {
  std::map<std::string, int64_t> byName;
  std::map<int64_t, int64_t> byLayer;
  for (size_t task = 0; task < plan.graph.tasks.size(); ++task) {
    byName.emplace(plan.graph.tasks[task].name, plan.assignment[task]);
    if (plan.assignment[task] >= 0)
      byLayer.insert_or_assign(plan.graph.tasks[task].layer,
                               plan.assignment[task]);
  }
  std::vector<int64_t> assignment;
  for (const Task &task : graph.tasks) {
    auto same = byName.find(task.name);
    auto layer = byLayer.find(task.layer);
    if (task.kind == TaskKind::input)
      assignment.push_back(-1);
    else if (same != byName.end())
      assignment.push_back(same->second);
    else if (layer != byLayer.end())
      assignment.push_back(layer->second);
    else
      return std::nullopt;
  }
  return assignment;
}

bool isShortEnough(const Planner &planner, int64_t period, int64_t bound) {
  return period <= toleratedPeriod(bound, planner.options.tolerance);
}

} // namespace layerpipe::strategies
