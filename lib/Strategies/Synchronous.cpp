//===- Synchronous.cpp - Strategies without staleness ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All microbatches of an iteration run through stages of whole layers, in one
// of the orders that have names, and then there is one update. The next
// iteration begins on each processor when it has updated its parameters.
//
//===----------------------------------------------------------------------===//

#include "PipelineOfTasks.h"
#include "Strategies.h"
#include "layerpipe/Scheduling/Stages/Partition.h"
#include "layerpipe/Strategies/SynchronousPlan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace layerpipe::strategies {

using namespace scheduling;

/// Returns the decoupled graph, in which no gradient is late.
static TaskGraph withoutStaleness(TaskGraph graph) {
  for (Edge &edge : graph.edges)
    if (edge.parameter >= 0)
      edge.distance = 0;
  return graph;
}

/// Returns the stage of each layer. The largest stage has the least possible
/// load; what belongs to no layer is of the last one.
static Result<std::map<int64_t, int64_t>> cutIntoStages(const TaskGraph &graph,
                                                        int64_t stages) {
  std::map<int64_t, int64_t> loads;
  int64_t rest = 0;
  for (const Task &task : graph.tasks)
    if (task.kind != TaskKind::input)
      (task.layer > 0 ? loads[task.layer] : rest) += task.time;
  if (int64_t(loads.size()) < stages)
    return Error{fmt::format("{} stages need as many layers, and the network "
                             "has {}",
                             stages, loads.size())};
  loads.rbegin()->second += rest;
  std::vector<int64_t> weights;
  for (auto [layer, load] : loads)
    weights.push_back(load);
  Result<Partition> partition = partitionChain(weights, stages);
  if (!partition)
    return partition.error();
  std::map<int64_t, int64_t> stageOf;
  for (auto [layer, load] : loads)
    stageOf.emplace(layer, partition->stage[stageOf.size()]);
  return stageOf;
}

static std::vector<int64_t>
stagesOfTasks(const TaskGraph &graph,
              const std::map<int64_t, int64_t> &stageOf) {
  std::vector<int64_t> found;
  for (const Task &task : graph.tasks)
    found.push_back(task.kind == TaskKind::input ? -1
                    : task.layer > 0             ? stageOf.at(task.layer)
                                                 : stageOf.rbegin()->second);
  return found;
}

/// Returns how many stages the placement gives a processor.
static int64_t stagesOfOne(Placement placement) {
  bool several = placement == Placement::loop || placement == Placement::v;
  return several ? 2 : 1;
}

/// Returns on how many processors the stages can be, of as many layers at
/// least.
static int64_t countUsed(const TaskGraph &graph, Placement placement,
                         int64_t processors) {
  std::set<int64_t> layers;
  for (const Task &task : graph.tasks)
    if (task.layer > 0)
      layers.insert(task.layer);
  int64_t most = int64_t(layers.size()) / stagesOfOne(placement);
  return std::clamp<int64_t>(most, 1, processors);
}

Result<SynchronousPlan> planPipeline(const Planner &planner,
                                     NamedSchedule schedule,
                                     int64_t processors) {
  if (!planner.pins.empty())
    return Error{fmt::format("the strategy {} places stages in its own way, so "
                             "no layer can be placed",
                             infoOf(schedule).name)};
  const Placement placement = infoOf(schedule).placement;
  SynchronousPlan plan;
  plan.graph = withoutStaleness(planner.forms.decoupled);
  const int64_t used = countUsed(plan.graph, placement, processors);
  auto stages = cutIntoStages(plan.graph, used * stagesOfOne(placement));
  if (!stages)
    return stages.error();
  plan.stageOfLayer = std::move(*stages);
  plan.stageOfTask = stagesOfTasks(plan.graph, plan.stageOfLayer);
  Result<PipelineProblem> pipeline =
      place(pipelineOf(plan.graph, plan.stageOfTask, planner.machineOf(used),
                       planner.forms.timeUnit),
            placement);
  if (!pipeline)
    return pipeline.error();
  plan.pipeline = std::move(*pipeline);
  Result<PipelineOrder> order = makeNamedOrder(plan.pipeline, schedule);
  if (!order)
    return order.error();
  plan.order = std::move(*order);
  return plan;
}

/// Returns whether some processor has work all the time.
static bool isBusyThroughout(const CyclicProblem &problem,
                             const CyclicSolution &solution) {
  for (const std::vector<int64_t> &tasks : solution.order) {
    int64_t busy = 0;
    for (int64_t task : tasks)
      busy += durationOf(problem, task);
    if (busy == solution.period)
      return true;
  }
  return false;
}

Result<Outcome> planSynchronous(Planner &planner, NamedSchedule schedule,
                                int64_t processors) {
  Result<SynchronousPlan> plan = planPipeline(planner, schedule, processors);
  if (!plan)
    return plan.error();
  CyclicProblem problem{
      std::move(plan->graph), plan->pipeline.machine, {}, Delays::given};
  Result<CyclicSolution> solution =
      scheduleActions(problem, plan->stageOfTask, plan->pipeline, plan->order);
  if (!solution)
    return solution.error();
  std::string limit =
      isBusyThroughout(problem, *solution) ? "" : "the order of microbatches";
  return Outcome{
      std::make_shared<const Plan>(Plan{
          TaskForm::decoupled, {}, std::move(problem), std::move(*solution)}),
      planner.leastBound(processors), std::move(limit)};
}

} // namespace layerpipe::strategies
