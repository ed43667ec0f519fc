//===- Strategies.cpp - The strategies and what runs them -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the table of strategies. All calls to partitioning, assignment
// and cyclic scheduling are here.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"
#include "layerpipe/Scheduling/Stages/Partition.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace layerpipe::compare {

using namespace scheduling;

std::vector<int64_t> placeStages(const Session &session, const TaskGraph &graph,
                                 const StagePartition &stages) {
  std::set<int64_t> numbers;
  for (const Task &task : session.model.coupled.tasks)
    if (task.layer > 0)
      numbers.insert(task.layer);
  std::map<int64_t, int64_t> stageOf;
  for (int64_t number : numbers)
    stageOf.emplace(number, stages.stage[stageOf.size()]);
  std::vector<int64_t> assignment;
  for (const Task &task : graph.tasks) {
    auto stage = stageOf.find(task.layer);
    assignment.push_back(task.kind == TaskKind::input ? -1
                         : stage != stageOf.end()     ? stage->second
                                                      : stages.stage.back());
  }
  return assignment;
}

namespace {

// These functions call the solvers and verify their answers.

/// Assigns the graph's tasks to processors by one of the core's strategies. The
/// answer of the free one is never worse than `starts`.
Result<std::vector<int64_t>>
assign(const Session &session, const TaskGraph &graph, int64_t processors,
       AssignmentStrategy strategy,
       std::vector<std::vector<int64_t>> starts = {}) {
  AssignmentProblem problem;
  problem.graph = graph;
  problem.machine = session.searchedMachine(processors);
  AssignmentOptions options;
  options.strategy = strategy;
  options.limits = session.options.limits;
  options.starts = std::move(starts);
  auto assignment = verified(
      "the assignment", solveAssignment(problem, options),
      [&](const Assignment &answer) { return verify(problem, answer); });
  if (!assignment)
    return assignment.error();
  return std::move(assignment->processor);
}

/// Cuts the coupled graph's layers into verified stages.
Result<StagePartition> partition(const Session &session, int64_t processors,
                                 bool replicated) {
  const Result<LayerGraph> &layers = session.layers;
  if (!layers)
    return layers.error();
  StageProblem problem;
  // More replicas share a layer's work, but more stages than layers don't.
  problem.processors =
      replicated ? processors : session.searchedMachine(processors).processors;
  problem.communication = session.options.communication;
  problem.replicated = replicated;
  problem.limits = session.options.limits;
  return verified("the partition", partitionStages(*layers, problem),
                  [&](const StagePartition &answer) {
                    return verify(*layers, problem, answer);
                  });
}

Result<PlanPtr> schedule(CyclicProblem problem, const Limits &limits) {
  ScheduleOptions options;
  // A table has many rows, so that each search is kept short.
  options.exactEffort = 1 << 21;
  options.limits = limits;
  auto solved = verified(
      "the scheduler", solveCyclicSchedule(problem, options),
      [&](const CyclicSchedule &answer) { return verify(problem, answer); });
  if (!solved)
    return solved.error();
  return std::make_shared<const Plan>(
      Plan{std::move(problem), std::move(solved->solution)});
}

CyclicProblem makeProblem(const Session &session, const TaskGraph &graph,
                          int64_t processors, std::vector<int64_t> assignment) {
  return {graph, session.searchedMachine(processors), std::move(assignment),
          Delays::least};
}

/// Computes the cost of stages with replicas by PipeDream's formula (arXiv
/// 1806.03377).
Result<Outcome> replicatedCost(const Session &session, int64_t processors) {
  Result<StagePartition> stages = partition(session, processors, true);
  if (!stages)
    return stages.error();
  Outcome outcome;
  outcome.bound = session.coupled.on(session.machineOf(processors));
  // A period is at least 1, however little time the stages take.
  outcome.costPeriod = std::max<int64_t>(ceil(stages->bottleneck), 1);
  std::string replicas;
  for (int64_t count : stages->replicas)
    replicas += fmt::format("{}{}", replicas.empty() ? "" : "-", count);
  outcome.costReason = "stages on " + replicas + " processors, formula";
  return outcome;
}

// These functions run the strategies.

/// Schedules ordinary training on one processor, in which no gradient is
/// delayed.
Result<Outcome> runSequential(Session &session, int64_t processors) {
  const TaskGraph &graph = session.model.coupled;
  Result<std::vector<int64_t>> assignment =
      assign(session, graph, 1, AssignmentStrategy::sequential);
  if (!assignment)
    return assignment.error();
  CyclicProblem problem =
      makeProblem(session, graph, processors, std::move(*assignment));
  problem.delays = Delays::given;
  for (Edge &edge : problem.graph.edges)
    if (edge.parameter >= 0)
      edge.distance = 0;
  Result<PlanPtr> plan = schedule(std::move(problem), session.options.limits);
  if (!plan)
    return plan.error();
  return Outcome{*plan, session.coupled.on(session.machineOf(processors))};
}

Result<Outcome> runPipedream(Session &session, int64_t processors) {
  const Result<Pipeline> &pipeline = session.pipedream(processors);
  if (!pipeline)
    return pipeline.error();
  return Outcome{pipeline->plan,
                 session.coupled.on(session.machineOf(processors))};
}

Result<Outcome> runReplicated(Session &session, int64_t processors) {
  return replicatedCost(session, processors);
}

/// Schedules several assignments of the decoupled tasks and keeps the best: by
/// period, then staleness, then stash, then the first. On a slow link, for
/// instance, the two assignments
///
///   processor 0: F1 F2 G1 G2, processor 1: F3 I3 G3 I2    period 9
///   processor 0: all of them, processor 1: nothing        period 8
///
/// are both scheduled, and the second one wins.
class IntraSearch {
public:
  IntraSearch(Session &session, int64_t processors)
      : session(session), processors(processors),
        graph(session.model.decoupled) {}

  Result<Outcome> run();

private:
  void offer(std::vector<int64_t> assignment, int64_t longest);
  void offer(PlanPtr plan);
  void offerFewer();
  void note(const Error &error);
  void noteDefect(const Error &error);
  int64_t period() const { return best ? best->solution.period : INT64_MAX; }

  Session &session;
  int64_t processors;
  const TaskGraph &graph;
  PlanPtr best;
  std::tuple<int64_t, int64_t, int64_t> score;
  /// This is a defect, or else the last reason why an assignment has no
  /// schedule.
  std::optional<Error> failure;
};

void IntraSearch::note(const Error &error) {
  if (!failure || !isDefect(*failure))
    failure = error;
}

/// Keeps an error that is a defect. Any other error only means that this
/// assignment has no schedule, which is no failure.
void IntraSearch::noteDefect(const Error &error) {
  if (isDefect(error))
    note(error);
}

void IntraSearch::offer(PlanPtr plan) {
  std::tuple candidate(plan->solution.period, maxStaleness(*plan),
                       stashBytes(*plan));
  if (best && candidate >= score)
    return;
  best = std::move(plan);
  score = candidate;
}

/// Schedules an assignment, unless there is a plan already and the bound of the
/// assignment exceeds `longest`.
void IntraSearch::offer(std::vector<int64_t> assignment, int64_t longest) {
  CyclicProblem problem =
      makeProblem(session, graph, processors, std::move(assignment));
  if (best) {
    auto bounds =
        verified("the bounds of the period", computeBounds(problem),
                 [&](const Bounds &answer) { return verify(problem, answer); });
    if (!bounds)
      noteDefect(bounds.error());
    if (!bounds || bounds->lower > longest)
      return;
  }
  Result<PlanPtr> plan = schedule(std::move(problem), session.options.limits);
  if (plan)
    offer(*plan);
  else
    note(plan.error());
}

/// Offers assignments on fewer processors, which may be faster where links are
/// slow: on one less, then on half as many again and again (of 8: on 7, 3, 1),
/// as long as their work allows a shorter period.
void IntraSearch::offerFewer() {
  int64_t fewer = processors;
  int64_t total = session.decoupled.totalTime();
  while (fewer >= 1 && (!best || total / fewer < period())) {
    for (AssignmentStrategy strategy :
         {AssignmentStrategy::contiguous_tasks, AssignmentStrategy::free}) {
      if (fewer == processors && strategy == AssignmentStrategy::free)
        continue; // This one was offered already.
      if (Result<std::vector<int64_t>> assignment =
              assign(session, graph, fewer, strategy))
        offer(std::move(*assignment), period() - 1);
      else
        noteDefect(assignment.error());
    }
    fewer = fewer == processors && fewer > 2 ? fewer - 1 : fewer / 2;
  }
}

Result<Outcome> IntraSearch::run() {
  Machine machine = session.machineOf(processors);
  PeriodBound bound = session.decoupled.on(machine);
  if (PeriodBound other = session.coupled.on(machine);
      other.value < bound.value)
    bound = other; // Backwards may stay coupled; see below.

  const Result<Pipeline> &pipedream = session.pipedream(processors);
  std::vector<std::vector<int64_t>> starts;
  if (pipedream)
    starts.push_back(placeStages(session, graph, pipedream->stages));
  else
    noteDefect(pipedream.error());
  Result<std::vector<int64_t>> anywhere =
      assign(session, graph, processors, AssignmentStrategy::free, starts);
  if (!anywhere)
    return anywhere.error();
  offer(std::move(*anywhere), INT64_MAX);
  for (std::vector<int64_t> &start : starts)
    offer(std::move(start), period());
  if (period() > bound.value)
    offerFewer();
  // Decoupling may cost time, or the search may fail. Nobody must decouple, so
  // the coupled plan is offered, too.
  if (pipedream && pipedream->plan->solution.period < period())
    offer(pipedream->plan);
  if (failure && (!best || isDefect(*failure)))
    return *failure;
  return Outcome{best, bound};
}

Result<Outcome> runIntra(Session &session, int64_t processors) {
  return session.intra(processors);
}

struct Entry {
  Strategy strategy;
  Result<Outcome> (*run)(Session &, int64_t);
};

// A new strategy is one more line here.
constexpr Entry table[] = {
    {{"sequential", "one processor, ordinary training without staleness", true},
     runSequential},
    {{"pipedream", "contiguous stages of whole layers, each on one processor",
      true},
     runPipedream},
    {{"pipedream-replicated",
      "stages that may run on several processors in turn; costs by formula",
      false},
     runReplicated},
    {{"layerpipe-intra",
      "gradients of inputs and of weights as tasks of their own, assigned "
      "freely",
      true},
     runIntra},
    {{"layerpipe",
      "the same, and tasks cut into parts that level the processors", true},
     planLayerpipe},
};

} // namespace

Result<Outcome> planIntra(Session &session, int64_t processors) {
  return IntraSearch(session, processors).run();
}

Result<Pipeline> planPipedream(const Session &session, int64_t processors) {
  const TaskGraph &graph = session.model.coupled;
  Result<StagePartition> stages = partition(session, processors, false);
  if (!stages)
    return stages.error();
  Result<PlanPtr> plan =
      schedule(makeProblem(session, graph, processors,
                           placeStages(session, graph, *stages)),
               session.options.limits);
  if (!plan)
    return plan.error();
  return Pipeline{std::move(*stages), std::move(*plan)};
}

std::vector<Strategy> knownStrategies() {
  std::vector<Strategy> strategies;
  for (const Entry &entry : table)
    strategies.push_back(entry.strategy);
  return strategies;
}

Result<Outcome> runStrategy(Session &session, std::string_view name,
                            int64_t processors) {
  for (const Entry &entry : table)
    if (entry.strategy.name == name)
      return entry.run(session, processors);
  return Error{fmt::format("there is no strategy '{}'", name)};
}

} // namespace layerpipe::compare
