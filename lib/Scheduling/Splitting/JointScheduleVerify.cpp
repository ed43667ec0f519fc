//===- JointScheduleVerify.cpp - Checking answers of the joint problem ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JointFigures.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace layerpipe::scheduling {

static bool same(const Machine &a, const Machine &b) {
  return a.processors == b.processors && a.speeds == b.speeds &&
         a.memory == b.memory && a.links == b.links;
}

static bool same(const TaskGraph &a, const TaskGraph &b) {
  auto equal = [](const auto &x, const auto &y, auto key) {
    return std::equal(
        x.begin(), x.end(), y.begin(), y.end(),
        [&](const auto &m, const auto &n) { return key(m) == key(n); });
  };
  auto task = [](const Task &t) {
    TaskPart part = t.part.value_or(TaskPart());
    return std::tuple(t.name, t.layer, t.kind, t.time, t.part.has_value(),
                      part.of, part.axis, part.begin, part.end, part.length,
                      part.combine);
  };
  auto value = [](const Value &v) {
    return std::tuple(v.name, v.producer, v.bytes);
  };
  auto edge = [](const Edge &e) {
    return std::tuple(e.from, e.to, e.kind, e.value, e.distance, e.initial,
                      e.parameter);
  };
  auto parameter = [](const Parameter &p) {
    return std::tuple(p.name, p.bytes, p.layer);
  };
  return equal(a.tasks, b.tasks, task) && equal(a.values, b.values, value) &&
         equal(a.edges, b.edges, edge) &&
         equal(a.parameters, b.parameters, parameter);
}

static Status checkSplits(const JointProblem &problem,
                          const JointSchedule &answer) {
  if (Status status = check(problem.graph, problem.rules, answer.splits);
      !status)
    return status;
  for (const Split &split : answer.splits)
    for (int64_t cut : split.cuts)
      if (const SplitRule &rule = problem.rules[split.rule];
          cut % rule.quantum != 0)
        return Error{fmt::format("{} is cut at {}, which is no multiple of {}",
                                 describeTask(problem.graph, rule.task), cut,
                                 rule.quantum)};
  if (!same(answer.problem.graph,
            splitTasks(problem.graph, problem.rules, answer.splits).graph))
    return Error{"the graph is not that of the splits"};
  return Status::success();
}

static Status checkBound(const JointBound &bound, const JointSchedule &answer) {
  int64_t period = answer.figures.period;
  if (answer.lowerBound < bound.period || answer.lowerBound > period)
    return Error{fmt::format("the lower bound {} is not between {} and the "
                             "period {}",
                             answer.lowerBound, bound.period, period)};
  if ((answer.proof == Proof::optimal) != (answer.lowerBound == period))
    return Error{fmt::format("the proof is {} with a lower bound of {} for the "
                             "period {}",
                             toString(answer.proof), answer.lowerBound,
                             period)};
  return Status::success();
}

/// Returns whether the named processor is busy all the time, and, for a task or
/// slice, whether nothing of it fits elsewhere.
static bool keepsBusy(const JointProblem &problem,
                      const JointSchedule &answer) {
  const Obstacle &obstacle = answer.obstacle;
  Occupation busy = occupationOf(answer.problem, answer.schedule.solution);
  int64_t id = obstacle.processor, period = answer.figures.period;
  if (id < 0 || id >= problem.machine.processors ||
      busy.processors[id] < period)
    return false;
  if (obstacle.kind == Obstacle::Kind::processor)
    return true;
  std::optional<Movable> movable = shortestMovable(problem, answer, id);
  return movable && movable->task == obstacle.task &&
         movable->slice == (obstacle.kind == Obstacle::Kind::slice) &&
         !fitsElsewhere(problem.machine, busy, id, movable->time, period);
}

static bool isTrue(const JointProblem &problem, const JointBound &bound,
                   const JointSchedule &answer) {
  const Obstacle &obstacle = answer.obstacle;
  bool shorter = answer.withoutLimit >= bound.period &&
                 answer.withoutLimit < answer.figures.period;
  switch (obstacle.kind) {
  case Obstacle::Kind::none:
    return true;
  case Obstacle::Kind::work:
  case Obstacle::Kind::cycle:
  case Obstacle::Kind::pins:
    return false; // These stand only at the bound.
  case Obstacle::Kind::task:
  case Obstacle::Kind::slice:
  case Obstacle::Kind::processor:
    return keepsBusy(problem, answer);
  case Obstacle::Kind::link: {
    Occupation busy = occupationOf(answer.problem, answer.schedule.solution);
    auto link =
        busy.links.find(std::minmax(obstacle.processor, obstacle.other));
    return link != busy.links.end() && link->second >= answer.figures.period;
  }
  case Obstacle::Kind::memory:
    return !problem.machine.memory.empty() && shorter;
  case Obstacle::Kind::staleness:
    return problem.maxStaleness && shorter;
  }
  return false;
}

static Status checkObstacle(const JointProblem &problem,
                            const JointBound &bound,
                            const JointSchedule &answer) {
  const Obstacle &a = answer.obstacle, &b = bound.obstacle;
  bool attained = answer.figures.period == bound.period;
  bool right = attained ? a.kind == b.kind && a.task == b.task &&
                              a.edges == b.edges && a.processor == b.processor
                        : isTrue(problem, bound, answer);
  if (!right)
    return Error{"what is said to keep the period from being shorter does not"};
  return Status::success();
}

/// Returns the period that a cycle of edges whose delays are given needs, each
/// task on the fastest processor and as its shortest slice.
static Result<int64_t> periodOfCycle(const JointProblem &problem,
                                     const SliceTimes &slices, int64_t fastest,
                                     const std::vector<int64_t> &edges) {
  if (Status status = checkClosedWalk(problem.graph, edges); !status)
    return status;
  Wide time = 0, delays = 0;
  for (int64_t index : edges) {
    const Edge &edge = problem.graph.edges[index];
    if (edge.parameter >= 0)
      return Error{fmt::format("the obstacle has the gradient's edge {}, whose "
                               "delays a schedule may choose",
                               describeEdge(problem.graph, index))};
    time += timeOn(problem.machine, fastest, slices.shortest[edge.from]);
    delays += edge.distance;
  }
  if (delays == 0)
    return Error{"the obstacle is a cycle without a delay"};
  return static_cast<int64_t>(ceilDiv(time, delays));
}

/// Returns how long the processor needs for the layers that are pinned to it.
static int64_t timeOfPins(const JointProblem &problem, int64_t processor) {
  int64_t sum = 0;
  for (const Task &task : problem.graph.tasks)
    if (auto pin = problem.pins.find(task.layer);
        pin != problem.pins.end() && pin->second == processor)
      sum += timeOn(problem.machine, processor, task.time);
  return sum;
}

/// Returns the period that the obstacle of a bound shows.
static Result<int64_t> shownBy(const JointProblem &problem,
                               const SliceTimes &slices, int64_t fastest,
                               int64_t work, const Obstacle &obstacle) {
  switch (obstacle.kind) {
  case Obstacle::Kind::work:
    return work;
  case Obstacle::Kind::cycle:
    return periodOfCycle(problem, slices, fastest, obstacle.edges);
  case Obstacle::Kind::task:
  case Obstacle::Kind::slice: {
    bool slice = obstacle.kind == Obstacle::Kind::slice;
    if (obstacle.task < 0 ||
        obstacle.task >= static_cast<int64_t>(slices.longest.size()) ||
        slices.divisible[obstacle.task] != slice)
      return Error{fmt::format("the obstacle names task {}, which is no {}",
                               obstacle.task,
                               slice ? "divisible task" : "whole task")};
    return timeOn(problem.machine, fastest, slices.longest[obstacle.task]);
  }
  case Obstacle::Kind::pins: {
    int64_t id = obstacle.processor;
    if (id < 0 || id >= problem.machine.processors)
      return Error{fmt::format("the obstacle names processor {}", id)};
    return timeOfPins(problem, id);
  }
  case Obstacle::Kind::none:
  case Obstacle::Kind::processor:
  case Obstacle::Kind::link:
  case Obstacle::Kind::memory:
  case Obstacle::Kind::staleness:
    break;
  }
  return Error{"the obstacle does not bound the period of every split"};
}

Status verify(const JointProblem &problem, const JointBound &bound) {
  if (Status status = check(problem); !status)
    return status;
  SliceTimes slices = sliceTimes(problem.graph, problem.rules);
  int64_t fastest = fastestProcessor(problem.machine);
  auto work = static_cast<int64_t>(
      timeOnAll(problem.machine, totalTime(problem.graph)));
  int64_t least = std::max<int64_t>(1, work);
  Result<int64_t> shown =
      shownBy(problem, slices, fastest, least, bound.obstacle);
  if (!shown)
    return shown.error();
  if (*shown != bound.period)
    return Error{fmt::format("the obstacle shows a bound of {}, not {}", *shown,
                             bound.period)};
  for (int64_t slice : slices.longest)
    least = std::max(least, timeOn(problem.machine, fastest, slice));
  std::set<int64_t> pinned;
  for (const auto &[layer, processor] : problem.pins)
    pinned.insert(processor);
  for (int64_t processor : pinned)
    least = std::max(least, timeOfPins(problem, processor));
  if (bound.period < least)
    return Error{fmt::format("the bound {} is below {}, which the work or a "
                             "task needs",
                             bound.period, least)};
  return Status::success();
}

/// Returns how late a gradient must be for the loop, which ends with its edge.
static Result<int64_t> latenessOfLoop(const JointProblem &problem,
                                      const std::vector<int64_t> &time,
                                      int64_t period,
                                      const std::vector<int64_t> &loop) {
  if (Status status = checkClosedWalk(problem.graph, loop); !status)
    return status;
  Wide sum = 0, delays = 0;
  for (size_t place = 0; place < loop.size(); ++place) {
    const Edge &edge = problem.graph.edges[loop[place]];
    if ((edge.parameter >= 0) != (place + 1 == loop.size()))
      return Error{"the loop does not have one gradient's edge, the last"};
    sum += time[edge.from];
    delays += edge.parameter < 0 ? edge.distance : 0;
  }
  return static_cast<int64_t>(ceilDiv(sum, period) - delays);
}

/// Returns how late each layer's gradients must be at least, by the longest way
/// from each update to its gradients, whatever it passes.
static std::map<int64_t, int64_t>
latenessOfLayers(const JointProblem &problem, const std::vector<int64_t> &time,
                 int64_t period) {
  const TaskGraph &graph = problem.graph;
  constexpr Wide never = -(Wide(1) << 120);
  std::vector<int64_t> order = topologicalOrder(
      countNodes(graph), delayFreeArcs(graph, distancesOf(graph)));
  Bidirectional links(graph);
  std::map<int64_t, int64_t> late;
  for (int64_t update : order) {
    bool updates = false;
    for (int64_t edge : links.edgesInto(update))
      updates |= graph.edges[edge].parameter >= 0;
    if (!updates)
      continue;
    std::vector<Wide> end(graph.tasks.size(), never);
    for (int64_t index : links.edgesFrom(update))
      if (const Edge &edge = graph.edges[index]; edge.to != update)
        end[edge.to] =
            std::max(end[edge.to], time[update] - Wide(edge.distance) * period +
                                       time[edge.to]);
    for (int64_t task : order)
      for (int64_t index : links.edgesFrom(task))
        if (const Edge &edge = graph.edges[index];
            task != update && edge.distance == 0 && edge.parameter < 0 &&
            end[task] != never)
          end[edge.to] = std::max(end[edge.to], end[task] + time[edge.to]);
    for (int64_t index : links.edgesInto(update))
      if (const Edge &edge = graph.edges[index];
          edge.parameter >= 0 && end[edge.from] != never) {
        int64_t &most = late[graph.parameters[edge.parameter].layer];
        most = std::max<int64_t>(
            most, static_cast<int64_t>(ceilDiv(end[edge.from], period)));
      }
  }
  return late;
}

Status verify(const JointProblem &problem, int64_t period,
              const StalenessBound &bound) {
  SliceTimes slices = sliceTimes(problem.graph, problem.rules);
  int64_t fastest = fastestProcessor(problem.machine);
  std::vector<int64_t> time;
  for (size_t task = 0; task < slices.shortest.size(); ++task) {
    auto pin = problem.pins.find(problem.graph.tasks[task].layer);
    time.push_back(timeOn(problem.machine,
                          pin == problem.pins.end() ? fastest : pin->second,
                          slices.shortest[task]));
  }
  int64_t shown = 0;
  if (!bound.loop.empty()) {
    Result<int64_t> late = latenessOfLoop(problem, time, period, bound.loop);
    if (!late)
      return late.error();
    shown = *late;
  }
  if (shown != bound.largest)
    return Error{fmt::format("the loop shows a staleness of {}, not {}", shown,
                             bound.largest)};
  std::map<int64_t, Wide> bytesOf;
  for (const Parameter &parameter : problem.graph.parameters)
    bytesOf[parameter.layer] += parameter.bytes;
  constexpr Wide mostSteps = 20'000'000;
  bool few = Wide(bytesOf.size()) * problem.graph.edges.size() <= mostSteps;
  std::map<int64_t, int64_t> late;
  if (few)
    late = latenessOfLayers(problem, time, period);
  Wide most = 0;
  for (const auto &[layer, bytes] : bytesOf)
    most += std::max<Wide>(bytes, 1) * (few ? late[layer] : bound.largest);
  if (bound.weighted > most)
    return Error{"the weighted staleness of the layers' loops is less than "
                 "the bound"};
  return Status::success();
}

/// Checks the bounds of the staleness. They may be above those of the loops,
/// because everything was tried.
static Status checkStaleness(const JointProblem &problem,
                             const JointSchedule &answer) {
  const ScheduleFigures &figures = answer.figures;
  StalenessBound loops = boundStaleness(problem, figures.period);
  if (Status status = verify(problem, figures.period, loops); !status)
    return status;
  if (figures.staleness < answer.stalenessBound ||
      figures.maxStaleness < answer.maxStalenessBound)
    return Error{"the staleness is less than its bound"};
  if (answer.stalenessBound < loops.weighted ||
      answer.maxStalenessBound < loops.largest)
    return Error{"the bound of the staleness is less than the layers' loops "
                 "need"};
  return Status::success();
}

Status verify(const JointProblem &problem, const JointSchedule &answer) {
  if (Status status = check(problem); !status)
    return status;
  Result<JointBound> bound = boundJointSchedule(problem);
  if (!bound)
    return bound.error();
  if (Status status = checkSplits(problem, answer); !status)
    return status;
  if (!same(answer.problem.machine, problem.machine) ||
      answer.problem.delays != Delays::least)
    return Error{"the schedule is for another machine, or other delays"};
  if (Status status =
          verify(problem.pins, answer.problem.graph, answer.problem.assignment);
      !status)
    return status;
  if (Status status = verify(answer.problem, answer.schedule); !status)
    return status;
  if (!(answer.figures == figuresOf(answer.problem, answer.schedule.solution)))
    return Error{"the figures are not those of the schedule"};
  if (problem.maxStaleness &&
      answer.figures.maxStaleness > *problem.maxStaleness)
    return Error{fmt::format("a gradient is {} iterations late, more than {}",
                             answer.figures.maxStaleness,
                             *problem.maxStaleness)};
  if (Status status = checkBound(*bound, answer); !status)
    return status;
  if (Status status = checkStaleness(problem, answer); !status)
    return status;
  return checkObstacle(problem, *bound, answer);
}

Status verify(const JointProblem &problem, const ParetoFront &front) {
  if (front.schedules.empty())
    return Error{"the front has no schedule"};
  auto key = [](const ScheduleFigures &figures) {
    return std::tuple(figures.period, figures.communication, figures.staleness,
                      figures.maxStaleness, figures.memory);
  };
  const ScheduleFigures *before = nullptr;
  for (const JointSchedule &answer : front.schedules) {
    if (Status status = verify(problem, answer); !status)
      return status;
    if (before && key(answer.figures) < key(*before))
      return Error{"the schedules of the front are not in order"};
    before = &answer.figures;
    for (const JointSchedule &other : front.schedules)
      if (dominates(other.figures, answer.figures))
        return Error{fmt::format("a schedule of the front, of period {}, is "
                                 "dominated by another one",
                                 answer.figures.period)};
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
