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
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Stages/Partition.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Synchronous/SynchronousSearch.h"
#include "layerpipe/Strategies/SynchronousPlan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

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

/// Gives stages the times that their actions have in a runtime that runs each
/// as a whole: both gradients at once take what backward tasks take, and the
/// first stage computes all its gradients in W, because nobody reads that of
/// its input.
static void setTimesOfActions(const TaskGraph &coupled,
                              const std::map<int64_t, int64_t> &stageOfLayer,
                              PipelineProblem &pipeline) {
  std::map<std::pair<int64_t, int64_t>, int64_t> times;
  for (const Task &task : coupled.tasks) {
    auto stage = stageOfLayer.find(task.layer);
    bool isGradient = task.kind == TaskKind::backward ||
                      task.kind == TaskKind::grad_input ||
                      task.kind == TaskKind::grad_weight;
    if (isGradient && stage != stageOfLayer.end())
      times[{stage->second, task.microbatch.value_or(0)}] += task.time;
  }
  for (PipelineStage &stage : pipeline.stages)
    stage.backwardTime = 0;
  for (auto [action, time] : times) {
    auto &longest = pipeline.stages[action.first].backwardTime;
    longest = std::max(*longest, time);
  }
  PipelineStage &first = pipeline.stages.front();
  first.inputGradientTime = 0;
  first.weightGradientTime = *first.backwardTime;
  first.weightGradientBytes = first.activationBytes;
}

/// Divides the layers into stages and places them; there is no order yet.
static Result<SynchronousPlan> placeStages(const Planner &planner,
                                           Placement placement,
                                           int64_t processors,
                                           Execution execution) {
  if (!planner.pins.empty())
    return Error{"strategies that order microbatches place stages in their own "
                 "way, so no layer can be placed"};
  SynchronousPlan plan;
  plan.graph = withoutStaleness(planner.forms.decoupled);
  const int64_t used = countUsed(plan.graph, placement, processors);
  auto stages = cutIntoStages(plan.graph, used * stagesOfOne(placement));
  if (!stages)
    return stages.error();
  plan.stageOfLayer = std::move(*stages);
  plan.stageOfTask = stagesOfTasks(plan.graph, plan.stageOfLayer);
  PipelineProblem chain =
      pipelineOf(plan.graph, plan.stageOfTask, planner.machineOf(used),
                 planner.forms.timeUnit);
  if (execution == Execution::actions)
    setTimesOfActions(planner.forms.coupled, plan.stageOfLayer, chain);
  Result<PipelineProblem> pipeline = place(std::move(chain), placement);
  if (!pipeline)
    return pipeline.error();
  plan.pipeline = std::move(*pipeline);
  return plan;
}

Result<SynchronousPlan> planPipeline(const Planner &planner,
                                     NamedSchedule schedule, int64_t processors,
                                     Execution execution) {
  auto plan =
      placeStages(planner, infoOf(schedule).placement, processors, execution);
  if (!plan)
    return plan.error();
  Result<PipelineOrder> order = makeNamedOrder(plan->pipeline, schedule);
  if (!order)
    return order.error();
  plan->order = std::move(*order);
  return plan;
}

/// Returns the same with an order that a search finds for the placement.
static Result<SynchronousPlan> searchPipeline(const Planner &planner,
                                              Placement placement,
                                              int64_t processors,
                                              Execution execution) {
  auto plan = placeStages(planner, placement, processors, execution);
  if (!plan)
    return plan.error();
  SynchronousLimits limits;
  limits.effort = 20'000'000;
  limits.seed = planner.options.limits.seed;
  auto answer =
      verified("the search for an order", searchOrder(plan->pipeline, limits),
               [&](const SynchronousAnswer &found) {
                 return verify(plan->pipeline, limits, found);
               });
  if (!answer)
    return answer.error();
  plan->order = std::move(answer->order);
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

namespace {

struct Scheduled {
  SynchronousPlan plan;
  Outcome outcome;
};

} // namespace

/// Schedules the tasks in the order of a plan.
static Result<Scheduled> scheduleInPlan(const Planner &planner,
                                        Result<SynchronousPlan> plan,
                                        int64_t processors) {
  if (!plan)
    return plan.error();
  CyclicProblem problem{plan->graph, plan->pipeline.machine, {}, Delays::given};
  Result<CyclicSolution> solution =
      scheduleActions(problem, plan->stageOfTask, plan->pipeline, plan->order);
  if (!solution)
    return solution.error();
  std::string limit =
      isBusyThroughout(problem, *solution) ? "" : "the order of microbatches";
  auto made = std::make_shared<const Plan>(
      Plan{TaskForm::decoupled, {}, std::move(problem), std::move(*solution)});
  return Scheduled{
      std::move(*plan),
      Outcome{made, planner.leastBound(processors), std::move(limit)}};
}

/// Returns the fastest of all named orders and of those that a search finds.
static Result<Scheduled> scheduleBest(const Planner &planner,
                                      int64_t processors) {
  std::optional<Scheduled> best;
  std::optional<Error> error;
  auto consider = [&](Result<SynchronousPlan> plan) {
    auto made = scheduleInPlan(planner, std::move(plan), processors);
    if (!made) {
      if (!error || isDefect(made.error()))
        error = made.error();
    } else if (!best || made->outcome.plan->solution.period <
                            best->outcome.plan->solution.period) {
      best = std::move(*made);
    }
  };
  for (const NamedScheduleInfo &named : namedSchedules())
    consider(planPipeline(planner, named.schedule, processors));
  for (Placement placement : {Placement::linear, Placement::loop, Placement::v})
    consider(searchPipeline(planner, placement, processors, Execution::tasks));
  if (!best || (error && isDefect(*error)))
    return *error;
  return std::move(*best);
}

/// Succeeds with the longest span and the makespan of a plan's actions, if they
/// fit each processor's memory.
static Result<std::pair<int64_t, int64_t>>
timeActions(const SynchronousPlan &plan) {
  auto simulated = simulate(plan.pipeline, plan.order);
  if (!simulated)
    return simulated.error();
  for (size_t at = 0; at < simulated->processors.size(); ++at) {
    int64_t peak = simulated->processors[at].peakBytes;
    const std::vector<int64_t> &memory = plan.pipeline.machine.memory;
    if (at < memory.size() && memory[at] > 0 && peak > memory[at])
      return Error{fmt::format("processor {} needs {} bytes and has {}", at,
                               peak, memory[at])};
  }
  return std::pair(simulated->span, simulated->makespan);
}

/// Returns the order whose actions take the least time, of all named ones and
/// of those that a search finds. Microbatches run through the stages in one
/// direction, since rows of actions can't say more.
static Result<SynchronousPlan> planBestActions(const Planner &planner,
                                               int64_t processors) {
  std::optional<SynchronousPlan> best;
  std::pair<int64_t, int64_t> least;
  std::optional<Error> error;
  auto consider = [&](Result<SynchronousPlan> plan) {
    auto time = plan ? timeActions(*plan) : plan.error();
    if (!time) {
      if (!error || isDefect(time.error()))
        error = time.error();
    } else if (!best || *time < least) {
      best = std::move(*plan);
      least = *time;
    }
  };
  for (const NamedScheduleInfo &named : namedSchedules())
    if (named.placement != Placement::bidirectional)
      consider(planPipeline(planner, named.schedule, processors,
                            Execution::actions));
  for (Placement placement : {Placement::linear, Placement::loop, Placement::v})
    consider(
        searchPipeline(planner, placement, processors, Execution::actions));
  if (!best || (error && isDefect(*error)))
    return *error;
  return std::move(*best);
}

Result<SynchronousPlan> planActions(const Planner &planner,
                                    std::string_view strategy,
                                    int64_t processors) {
  if (auto named = parseNamedSchedule(strategy))
    return planPipeline(planner, *named, processors, Execution::actions);
  if (strategy != bestOrderName)
    return Error{
        fmt::format("the strategy {} orders no microbatches", strategy)};
  return planBestActions(planner, processors);
}

Result<Outcome> planSynchronous(Planner &planner, NamedSchedule schedule,
                                int64_t processors) {
  auto made = scheduleInPlan(
      planner, planPipeline(planner, schedule, processors), processors);
  if (!made)
    return made.error();
  return std::move(made->outcome);
}

Result<Outcome> planBestOrder(Planner &planner, int64_t processors) {
  Result<Scheduled> best = scheduleBest(planner, processors);
  if (!best)
    return best.error();
  return std::move(best->outcome);
}

} // namespace layerpipe::strategies
