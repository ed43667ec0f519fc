//===- Assignment.cpp - Which processor runs which task -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the strategies, the choice of the searches, and what is proven
// of the answer.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include "AssignmentBounds.h"
#include "AssignmentExact.h"
#include "AssignmentModel.h"
#include "AssignmentSearch.h"
#include "AssignmentStarts.h"
#include "LoadBalance.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// ExactSearch::automatic tries problems of so many groups, with so much
/// effort.
constexpr int64_t maxExactGroups = 64;
constexpr int64_t exactEffort = 4'000'000;
/// The local search may spend this effort, and so much more for each use of a
/// value.
constexpr int64_t searchEffort = 3'000'000;
constexpr int64_t searchEffortPerUse = 16;
/// This many starts are improved.
constexpr size_t improvedStarts = 3;
/// placeByList is not used on machines with more processors.
constexpr int64_t maxListProcessors = 64;
/// The table of times, by task and speed, may have so many entries.
constexpr int64_t maxTimes = int64_t(1) << 26;

class Solver {
public:
  Solver(const AssignmentProblem &problem, const AssignmentOptions &options)
      : problem(problem), options(options), model(problem),
        bounds(boundAssignment(model)), deadline(options.limits),
        lowerBound(bounds.period), communicationBound(bounds.communication) {}

  Result<Assignment> solve();

private:
  Result<std::vector<int64_t>> placeByRule();
  std::vector<int64_t> placeFreely();
  std::vector<std::vector<int64_t>> collectStarts();
  void addBalanced(std::vector<std::vector<int64_t>> &starts);
  AssignmentScore scoreOf(const std::vector<int64_t> &place) const;
  void improve(std::vector<int64_t> &best,
               const std::vector<std::vector<int64_t>> &starts);
  void searchAll(std::vector<int64_t> &best);
  bool worthAll() const;
  std::vector<int64_t> renumber(std::vector<int64_t> place) const;
  Error tooLittleMemory(const AssignmentState &state) const;
  Obstacle explain(const AssignmentState &state) const;
  Result<Assignment> describe(const std::vector<int64_t> &place);

  const AssignmentProblem &problem;
  const AssignmentOptions &options;
  AssignmentModel model;
  AssignmentBounds bounds;
  Deadline deadline;
  int64_t lowerBound;
  int64_t communicationBound;
  bool nothingFits = false; // This has been proven.
};

AssignmentScore Solver::scoreOf(const std::vector<int64_t> &place) const {
  AssignmentState state(model);
  for (int64_t group = 0; group < model.groups(); ++group)
    state.move(group, place[group]);
  return state.score();
}

Result<std::vector<int64_t>> Solver::placeByRule() {
  Result<std::vector<int64_t>> placed =
      options.strategy == AssignmentStrategy::sequential
          ? assignSequential(problem.graph)
      : options.strategy == AssignmentStrategy::contiguous
          ? assignLayers(problem.graph, model.processors)
          : assignTaskList(problem.graph, model.processors);
  if (!placed)
    return placed;
  std::vector<int64_t> place = model.fromTasks(*placed);
  std::vector<int64_t> kept = model.toTasks(place);
  for (size_t task = 0; task < kept.size(); ++task)
    if (kept[task] != (*placed)[task])
      return Error{fmt::format(
          "the strategy {} puts task {} on processor {}, but a pin or its "
          "group wants it on {}; the strategy free respects both",
          toString(options.strategy), describeTask(problem.graph, task),
          (*placed)[task], kept[task])};
  return place;
}

/// Adds groups that are balanced by their times alone, from the contiguous list
/// and from longest first.
void Solver::addBalanced(std::vector<std::vector<int64_t>> &starts) {
  bool pinned = std::any_of(model.pin.begin(), model.pin.end(),
                            [](int64_t pin) { return pin >= 0; });
  std::vector<int64_t> longestFirst = longestGroupFirst(model);
  starts.push_back(longestFirst);
  if (pinned || !model.equalSpeeds())
    return;
  Result<std::vector<int64_t>> list =
      assignTaskList(problem.graph, model.processors);
  if (list)
    starts.push_back(improvePlacement(model.leastTime, model.processors,
                                      model.fromTasks(*list), bounds.period,
                                      options.limits.seed));
  starts.push_back(improvePlacement(model.leastTime, model.processors,
                                    std::move(longestFirst), bounds.period,
                                    options.limits.seed));
}

std::vector<std::vector<int64_t>> Solver::collectStarts() {
  std::vector<std::vector<int64_t>> starts;
  for (const std::vector<int64_t> &start : options.starts)
    starts.push_back(model.fromTasks(start));
  starts.push_back(model.fromTasks(assignSequential(problem.graph)));
  if (auto layers = assignLayers(problem.graph, model.processors))
    starts.push_back(model.fromTasks(*layers));
  if (auto list = assignTaskList(problem.graph, model.processors))
    starts.push_back(model.fromTasks(*list));
  addBalanced(starts);
  if (model.processors <= maxListProcessors)
    starts.push_back(placeByList(model));
  return starts;
}

/// Improves the best starts, which share the effort, and replaces `best` by
/// whatever is better.
void Solver::improve(std::vector<int64_t> &best,
                     const std::vector<std::vector<int64_t>> &starts) {
  AssignmentScore bestScore = scoreOf(best);
  int64_t uses = model.groups();
  for (int64_t group = 0; group < model.groups(); ++group)
    uses += static_cast<int64_t>(model.usesOf(group).size());
  int64_t share = (searchEffort + searchEffortPerUse * uses) /
                  static_cast<int64_t>(improvedStarts);
  SearchBudget budget{deadline, 0};
  for (size_t i = 0; i < std::min(starts.size(), improvedStarts); ++i) {
    if (bestScore == AssignmentScore{0, bounds.period, bounds.communication})
      return;
    budget.effort = share;
    AssignmentSearch search(model, bounds.period, options.limits.seed + i);
    std::vector<int64_t> place = search.improve(starts[i], budget);
    if (AssignmentScore score = scoreOf(place); score < bestScore) {
      best = std::move(place);
      bestScore = score;
    }
  }
}

bool Solver::worthAll() const {
  if (options.exact != ExactSearch::automatic)
    return options.exact == ExactSearch::always;
  int64_t free = 0;
  for (int64_t pin : model.pin)
    free += pin < 0;
  return free <= maxExactGroups;
}

void Solver::searchAll(std::vector<int64_t> &best) {
  constexpr int64_t endless = std::numeric_limits<int64_t>::max();
  SearchBudget budget{
      deadline, options.exact == ExactSearch::always ? endless : exactEffort};
  ExactAnswer answer =
      searchAssignments(model, best, lowerBound, communicationBound, budget);
  best = std::move(answer.place);
  lowerBound = answer.lowerBound;
  communicationBound = answer.communicationBound;
  nothingFits = answer.periodProven && answer.score.overflow > 0;
}

/// Renames equal processors without a pinned task, so that the one with the
/// first task comes first: tasks on 2, 0, 2 become tasks on 0, 1, 0.
std::vector<int64_t> Solver::renumber(std::vector<int64_t> place) const {
  std::vector<bool> fixed(model.processors, false);
  for (int64_t pin : model.pin)
    if (pin >= 0)
      fixed[pin] = true;
  std::vector<std::vector<int64_t>> alike(model.processors);
  for (int64_t id = model.processors; id-- > 0;)
    if (!fixed[id])
      alike[model.twins[id]].push_back(id); // The lowest comes last.
  std::vector<int64_t> name(model.processors, -1);
  for (int64_t &id : place) {
    if (fixed[id])
      continue;
    if (name[id] < 0) {
      std::vector<int64_t> &left = alike[model.twins[id]];
      name[id] = left.back();
      left.pop_back();
    }
    id = name[id];
  }
  return place;
}

std::vector<int64_t> Solver::placeFreely() {
  std::vector<std::vector<int64_t>> starts = collectStarts();
  std::vector<std::pair<AssignmentScore, size_t>> ranked;
  for (size_t i = 0; i < starts.size(); ++i)
    ranked.push_back({scoreOf(starts[i]), i});
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::vector<int64_t>> sorted;
  for (auto [score, index] : ranked)
    if (sorted.empty() || starts[index] != sorted.back())
      sorted.push_back(std::move(starts[index]));
  std::vector<int64_t> best = sorted.front();
  improve(best, sorted);
  if (worthAll())
    searchAll(best);
  return renumber(std::move(best));
}

/// Describes an assignment that does not fit, and what is known beyond it.
Error Solver::tooLittleMemory(const AssignmentState &state) const {
  int64_t id = 0;
  for (int64_t other = 1; other < model.processors; ++other)
    if (state.overflowOf(other) > state.overflowOf(id))
      id = other;
  Error error;
  error.failure = nothingFits ? Failure::infeasible : Failure::out_of_time;
  error.obstacle.kind = Obstacle::Kind::memory;
  error.obstacle.processor = id;
  error.message = fmt::format(
      "{}: processor {} would have to hold {} bytes and has {}",
      nothingFits ? "no assignment fits the memories; in the best one found"
      : options.strategy == AssignmentStrategy::free
          ? "no assignment was found that fits the memories; in the best one"
          : fmt::format("the strategy {} does not fit the memories",
                        toString(options.strategy)),
      id, state.memoryOf(id), model.machine.memory[id]);
  return error;
}

Obstacle Solver::explain(const AssignmentState &state) const {
  Obstacle obstacle;
  if (state.peak() == 0)
    return obstacle;
  if (state.peak() == bounds.longest) {
    obstacle.kind = Obstacle::Kind::task;
    obstacle.task = bounds.task;
  } else if (state.peak() == bounds.work) {
    obstacle.kind = Obstacle::Kind::work;
  } else if (state.isLink(state.busiest())) {
    obstacle.kind = Obstacle::Kind::link;
    std::tie(obstacle.processor, obstacle.other) =
        state.endsOf(state.busiest());
  } else {
    obstacle.kind = Obstacle::Kind::processor;
    obstacle.processor = state.busiest();
  }
  return obstacle;
}

Result<Assignment> Solver::describe(const std::vector<int64_t> &place) {
  AssignmentState state(model);
  for (int64_t group = 0; group < model.groups(); ++group)
    state.move(group, place[group]);
  AssignmentScore score = state.score();
  if (score.overflow > 0)
    return tooLittleMemory(state);
  Assignment assignment;
  assignment.processor = model.toTasks(place);
  assignment.period = score.period;
  assignment.communicationBytes = score.communication;
  assignment.lowerBound = lowerBound;
  assignment.communicationBound = communicationBound;
  for (int64_t id = 0; id < model.processors; ++id)
    assignment.memoryBytes.push_back(state.memoryOf(id));
  if (score.period == lowerBound && score.communication == communicationBound)
    assignment.proof = Proof::optimal;
  else if (deadline.passed())
    assignment.proof = Proof::out_of_time;
  assignment.obstacle = explain(state);
  return assignment;
}

Result<Assignment> Solver::solve() {
  if (Status status = checkMemoryNeeds(model); !status)
    return status;
  if (options.strategy == AssignmentStrategy::free)
    return describe(placeFreely());
  Result<std::vector<int64_t>> place = placeByRule();
  if (!place)
    return place.error();
  return describe(*place);
}

Status checkStarts(const AssignmentProblem &problem,
                   const std::vector<std::vector<int64_t>> &starts) {
  const std::vector<Task> &tasks = problem.graph.tasks;
  for (size_t index = 0; index < starts.size(); ++index) {
    if (starts[index].size() != tasks.size())
      return Error{fmt::format("start {} has {} processors for {} tasks", index,
                               starts[index].size(), tasks.size())};
    for (size_t task = 0; task < tasks.size(); ++task) {
      int64_t id = starts[index][task];
      bool input = tasks[task].kind == TaskKind::input;
      if (input ? id != -1 : id < 0 || id >= problem.machine.processors)
        return Error{fmt::format("start {} puts task {} on processor {}", index,
                                 describeTask(problem.graph, task), id)};
    }
  }
  return Status::success();
}

} // namespace

Result<Assignment> solveAssignment(const AssignmentProblem &problem,
                                   const AssignmentOptions &options) {
  if (Status status = check(problem); !status)
    return status;
  if (Status status = checkStarts(problem, options.starts); !status)
    return status;
  int64_t tasks = problem.graph.tasks.size();
  int64_t speeds = problem.machine.speeds.size();
  if (tasks * speeds > maxTimes)
    return Error{fmt::format("{} tasks on processors of {} speeds are more "
                             "times than the {} that the solver holds",
                             tasks, speeds, maxTimes)};
  return Solver(problem, options).solve();
}

Result<Assignment> assignProcessors(const TaskGraph &graph, int64_t processors,
                                    AssignmentStrategy strategy,
                                    uint64_t seed) {
  if (processors < 1)
    return Error{
        fmt::format("{} processors; there must be at least 1", processors)};
  Machine machine;
  machine.processors = processors;
  return assignProcessors(graph, machine, strategy, seed);
}

Result<Assignment> assignProcessors(const TaskGraph &graph,
                                    const Machine &machine,
                                    AssignmentStrategy strategy,
                                    uint64_t seed) {
  return assignProcessors(AssignmentProblem{graph, machine}, strategy, seed);
}

Result<Assignment> assignProcessors(const AssignmentProblem &problem,
                                    AssignmentStrategy strategy,
                                    uint64_t seed) {
  if (Status status = check(problem); !status)
    return status;
  if (countWorkTasks(problem.graph) == 0)
    return Error{"the graph has no task that a processor could run"};
  AssignmentOptions options;
  options.strategy = strategy;
  options.limits.seed = seed;
  return solveAssignment(problem, options);
}

} // namespace layerpipe::scheduling
