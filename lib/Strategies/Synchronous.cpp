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
#include "Steps.h"
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
#include <utility>

namespace layerpipe::strategies {

using namespace scheduling;

namespace {

/// Says what runs a plan.
enum class Execution {
  /// A task runs when what it reads is there, as in layerpipe's programs.
  tasks,
  /// A runtime runs each action of a stage as a whole, as PyTorch does. There,
  /// both gradients in one action take what the coupled form's backward tasks
  /// take, and the first stage computes all its gradients in W.
  actions
};

/// Keeps the answer of the least key, the first of equals. A defect outweighs
/// all answers.
template <typename Answer, typename Key> class Least {
public:
  void add(Answer answer, Key key) {
    if (!least || key < least->first)
      least.emplace(std::move(key), std::move(answer));
  }
  void fail(Error failure) {
    if (!error || isDefect(failure))
      error = std::move(failure);
  }
  Result<Answer> take() {
    if (!least || (error && isDefect(*error)))
      return *error;
    return std::move(least->second);
  }

private:
  std::optional<std::pair<Key, Answer>> least;
  std::optional<Error> error;
};

} // namespace

/// Returns the stage of each layer. The largest stage has the least possible
/// load.
static Result<std::map<int64_t, int64_t>>
cutIntoStages(const std::vector<int64_t> &loads, int64_t stages) {
  if (int64_t(loads.size()) < stages)
    return Error{fmt::format("{} stages need as many layers, and the network "
                             "has {}",
                             stages, loads.size())};
  Result<Partition> partition = partitionChain(loads, stages);
  if (!partition)
    return partition.error();
  std::map<int64_t, int64_t> stageOf;
  for (int64_t stage : partition->stage)
    stageOf.emplace(int64_t(stageOf.size()) + 1, stage);
  return stageOf;
}

/// Returns how many stages the placement gives a processor.
static int64_t stagesOfOne(Placement placement) {
  bool several = placement == Placement::loop || placement == Placement::v;
  return several ? 2 : 1;
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

/// Divides the layers into stages and places them; there is no order yet. A
/// network of few layers uses fewer processors.
static Result<SynchronousPlan> placeStages(const Planner &planner,
                                           Placement placement,
                                           int64_t processors,
                                           Execution execution) {
  if (!planner.pins.empty())
    return Error{"strategies that order microbatches place stages in their own "
                 "way, so no layer can be placed"};
  SynchronousPlan plan;
  plan.graph = withoutStaleness(planner.forms.decoupled);
  std::vector<int64_t> loads = layerLoads(plan.graph);
  const int64_t each = stagesOfOne(placement);
  const int64_t used =
      std::clamp<int64_t>(int64_t(loads.size()) / each, 1, processors);
  auto stages = cutIntoStages(loads, used * each);
  if (!stages)
    return stages.error();
  plan.stageOfLayer = std::move(*stages);
  plan.stageOfTask =
      stagesOfTasks(plan.graph, plan.stageOfLayer, used * each - 1);
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

/// Gives placed stages a named order.
static Result<SynchronousPlan> orderByName(Result<SynchronousPlan> plan,
                                           NamedSchedule schedule) {
  if (!plan)
    return plan;
  Result<PipelineOrder> order = makeNamedOrder(plan->pipeline, schedule);
  if (!order)
    return order.error();
  plan->order = std::move(*order);
  return plan;
}

/// Gives placed stages an order that a search finds.
static Result<SynchronousPlan> orderBySearch(Result<SynchronousPlan> plan,
                                             uint64_t seed) {
  if (!plan)
    return plan;
  SynchronousLimits limits;
  limits.effort = 20'000'000;
  limits.seed = seed;
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

static Result<SynchronousPlan> planPipeline(const Planner &planner,
                                            NamedSchedule schedule,
                                            int64_t processors,
                                            Execution execution) {
  return orderByName(
      placeStages(planner, infoOf(schedule).placement, processors, execution),
      schedule);
}

/// Calls `visit` with a plan for each named order, and then with what the
/// search finds for each placement. Rows of actions can't say more than one
/// direction, so that they leave out others.
template <typename Visit>
static void forEachPlan(const Planner &planner, int64_t processors,
                        Execution execution, Visit visit) {
  std::map<Placement, Result<SynchronousPlan>> known;
  auto placed = [&](Placement placement) {
    auto found = known.find(placement);
    if (found == known.end())
      found = known
                  .emplace(placement, placeStages(planner, placement,
                                                  processors, execution))
                  .first;
    return found->second;
  };
  for (const NamedScheduleInfo &named : namedSchedules())
    if (execution == Execution::tasks ||
        named.placement != Placement::bidirectional)
      visit(orderByName(placed(named.placement), named.schedule));
  for (Placement placement : {Placement::linear, Placement::loop, Placement::v})
    visit(orderBySearch(placed(placement), planner.options.limits.seed));
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

/// Schedules the tasks in the order of a plan.
static Result<Outcome> scheduleInPlan(const Planner &planner,
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
  Outcome outcome{made, planner.leastBound(processors), std::move(limit)};
  outcome.actions = std::make_shared<const SynchronousPlan>(std::move(*plan));
  return outcome;
}

/// Returns the longest span and the makespan of a plan's actions, if they fit
/// each processor's memory.
static Result<std::pair<int64_t, int64_t>>
timeActions(const SynchronousPlan &plan) {
  auto simulated = simulate(plan.pipeline, plan.order);
  if (!simulated)
    return simulated.error();
  if (Status fits = checkMemory(plan.pipeline, *simulated); !fits)
    return fits.error();
  return std::pair(simulated->span, simulated->makespan);
}

/// Returns the order whose actions take the least time.
static Result<SynchronousPlan> planBestActions(const Planner &planner,
                                               int64_t processors) {
  Least<SynchronousPlan, std::pair<int64_t, int64_t>> best;
  forEachPlan(planner, processors, Execution::actions,
              [&](Result<SynchronousPlan> plan) {
                if (!plan)
                  return best.fail(plan.error());
                auto time = timeActions(*plan);
                if (!time)
                  return best.fail(time.error());
                best.add(std::move(*plan), *time);
              });
  return best.take();
}

Result<SynchronousPlan> planActions(const Planner &planner,
                                    std::string_view strategy,
                                    int64_t processors) {
  if (auto named = parseNamedSchedule(strategy)) {
    auto plan = planPipeline(planner, *named, processors, Execution::actions);
    auto time = plan ? timeActions(*plan) : plan.error();
    return time ? std::move(plan) : time.error();
  }
  if (strategy != bestOrderName)
    return Error{
        fmt::format("the strategy {} orders no microbatches", strategy)};
  return planBestActions(planner, processors);
}

Result<Outcome> planSynchronous(Planner &planner, NamedSchedule schedule,
                                int64_t processors) {
  return scheduleInPlan(
      planner, planPipeline(planner, schedule, processors, Execution::tasks),
      processors);
}

Result<Outcome> planBestOrder(Planner &planner, int64_t processors) {
  Least<Outcome, int64_t> best;
  forEachPlan(
      planner, processors, Execution::tasks, [&](Result<SynchronousPlan> plan) {
        auto made = scheduleInPlan(planner, std::move(plan), processors);
        if (!made)
          return best.fail(made.error());
        int64_t period = made->plan->solution.period;
        best.add(std::move(*made), period);
      });
  return best.take();
}

} // namespace layerpipe::strategies
