//===- MakeSchedule.cpp - A schedule file's content from a solution -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds, capacities, versions, memory and traffic are computed here from the
// problem and its verified solution.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/PeriodBound.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace layerpipe::scheduling {
namespace {

/// Returns the value, or the largest integer of the format if a sum of bytes
/// exceeds it.
int64_t saturate(Wide value) {
  constexpr int64_t largest = std::numeric_limits<int64_t>::max();
  return value > largest ? largest : static_cast<int64_t>(value);
}

class Maker {
public:
  Maker(const CyclicProblem &problem, const CyclicSolution &solution,
        const ScheduleInfo &info)
      : problem(problem), graph(problem.graph), solution(solution), info(info),
        capacities(channelCapacities(problem, solution)),
        durations(durationsOf(problem)) {}

  Result<StaticSchedule> make();

private:
  Result<Fraction> iterationInUse() const;
  Status addBounds();
  void addTasks();
  void addEdges();
  void addTransfers();
  void addParameters();
  void addProcessors();
  Result<PeriodBound> findBound() const;
  Status addLimit();

  const CyclicProblem &problem;
  const TaskGraph &graph;
  const CyclicSolution &solution;
  const ScheduleInfo &info;
  std::vector<int64_t> capacities;
  std::vector<int64_t> durations;
  /// This is the iteration bound of the graph with the distances that are
  /// given.
  IterationBound iteration;
  StaticSchedule schedule;
};

Result<Fraction> Maker::iterationInUse() const {
  TaskGraph timed = graph;
  for (size_t task = 0; task < durations.size(); ++task)
    timed.tasks[task].time = durations[task];
  auto iteration = verified("the iteration bound",
                            computeIterationBound(timed, solution.distance),
                            [&](const IterationBound &found) {
                              return verify(timed, solution.distance, found);
                            });
  if (!iteration)
    return iteration.error();
  return iteration->ratio;
}

/// Sets the bounds. `iteration` is that of the graph with the distances in use,
/// which a reader of the file can compute again. `lower` does not count delays
/// that were chosen for this schedule, because they must not flatter it.
Status Maker::addBounds() {
  auto bounds =
      verified("the bounds of the period", computeBounds(problem),
               [&](const Bounds &found) { return verify(problem, found); });
  if (!bounds)
    return bounds.error();
  iteration = bounds->iteration;
  schedule.bounds.iteration = bounds->iteration.ratio;
  if (problem.delays == Delays::least) {
    Result<Fraction> iteration = iterationInUse();
    if (!iteration)
      return iteration.error();
    schedule.bounds.iteration = *iteration;
  }
  schedule.bounds.work = bounds->work;
  schedule.bounds.longestTask = bounds->longestTask;
  schedule.bounds.link = bounds->link;
  schedule.bounds.lower = info.lowerBound.value_or(
      std::max<int64_t>({1, ceil(bounds->iteration.ratio), bounds->work,
                         bounds->longestTask, bounds->link}));
  schedule.bounds.lowerSplit =
      info.lowerBoundSplit.value_or(schedule.bounds.lower);
  return Status::success();
}

void Maker::addTasks() {
  for (size_t index = 0; index < graph.tasks.size(); ++index) {
    const Task &task = graph.tasks[index];
    ScheduleTask made;
    made.name = task.name;
    made.layer = task.layer;
    made.kind = task.kind;
    made.processor = problem.assignment[index];
    made.start = solution.start[index];
    made.duration = durations[index];
    made.lag = solution.lag[index];
    made.part = task.part;
    made.microbatch = task.microbatch;
    schedule.tasks.push_back(std::move(made));
  }
}

void Maker::addEdges() {
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    const Edge &edge = graph.edges[index];
    const Value &value = graph.values[edge.value];
    ScheduleEdge made;
    made.from = edge.from;
    made.to = edge.to;
    made.kind = edge.kind;
    made.value = value.name;
    made.distance = solution.distance[index];
    made.bytes = value.bytes;
    if (made.distance > 0)
      made.initial = edge.initial.empty() ? "absent" : edge.initial;
    made.channelCapacity = capacities[index];
    made.transfer = solution.edgeTransfer[index];
    made.parameter = edge.parameter;
    schedule.edges.push_back(std::move(made));
  }
}

/// Adds the transfers and the bytes that they move. Each value counts once per
/// destination processor and iteration, whether it is copied or not. Values are
/// not copied between processors that share memory.
void Maker::addTransfers() {
  Wide bytes = 0, copied = 0;
  for (const Transfer &transfer : solution.transfers) {
    const Value &value = graph.values[transfer.value];
    schedule.transfers.push_back(
        {value.name, transfer.fromProcessor, transfer.toProcessor,
         transfer.start, transfer.lag, transfer.duration, transfer.latency});
    bytes += value.bytes;
    if (linkOf(problem.machine, transfer.fromProcessor, transfer.toProcessor)
            .bandwidth.numerator > 0)
      copied += value.bytes;
  }
  schedule.bytesPerIteration = saturate(bytes);
  schedule.bytesCopied = saturate(copied);
  schedule.links = problem.machine.links;
}

/// Sets the versions of each parameter to the most that any channel of its
/// weights holds. The readers of `parameter:NAME` read these weights.
void Maker::addParameters() {
  std::vector<int64_t> staleness = stalenessOf(graph, solution.distance);
  std::unordered_map<std::string, int64_t> versions;
  for (size_t edge = 0; edge < graph.edges.size(); ++edge) {
    int64_t &most = versions[graph.edges[edge].initial];
    most = std::max(most, capacities[edge]);
  }
  for (size_t index = 0; index < graph.parameters.size(); ++index) {
    const Parameter &parameter = graph.parameters[index];
    schedule.parameters.push_back(
        {parameter.name, parameter.bytes, parameter.layer, staleness[index],
         std::max<int64_t>(versions["parameter:" + parameter.name], 1)});
  }
}

void Maker::addProcessors() {
  std::vector<int64_t> memory = memoryBytes(problem, capacities);
  schedule.processors.resize(problem.machine.processors);
  for (int64_t id = 0; id < problem.machine.processors; ++id) {
    ScheduleProcessor &processor = schedule.processors[id];
    processor.id = id;
    processor.speed = speedOf(problem.machine, id);
    processor.order = solution.order[id];
    processor.memoryBytes = memory[id];
  }
  double busy = 0;
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (int64_t id = problem.assignment[task]; id >= 0) {
      schedule.processors[id].busy += durations[task];
      busy += static_cast<double>(durations[task]);
    }
  schedule.utilization =
      busy / (static_cast<double>(problem.machine.processors) *
              static_cast<double>(solution.period));
}

/// Returns the bound of any assignment of these tasks. If given delays close a
/// cycle that takes the whole period, that cycle is the bound; the graph's own
/// bound, for which delays of gradients are free, doesn't know it.
Result<PeriodBound> Maker::findBound() const {
  Result<GraphBound> any = GraphBound::create(graph);
  if (!any)
    return any.error();
  PeriodBound bound = any->on(problem.machine);
  if (schedule.period > bound.value &&
      schedule.period <= schedule.bounds.lower &&
      schedule.period <= ceil(iteration.ratio))
    return PeriodBound{schedule.period,
                       describeCycle(graph, iteration.criticalCycle)};
  return bound;
}

Status Maker::addLimit() {
  schedule.limitedBy = info.limitedBy;
  if (!info.limitedBy.empty())
    return Status::success();
  Result<PeriodBound> bound =
      PeriodBound{schedule.bounds.lower, info.boundReason};
  if (info.boundReason.empty())
    bound = findBound();
  if (!bound)
    return bound.error();
  schedule.limitedBy = explainPeriod(schedule, *bound);
  return Status::success();
}

Result<StaticSchedule> Maker::make() {
  schedule.graph = info.graph;
  schedule.strategy = info.strategy;
  schedule.timeUnit = info.timeUnit;
  schedule.period = solution.period;
  if (Status status = addBounds(); !status)
    return status;
  addTasks();
  addEdges();
  addTransfers();
  addParameters();
  addProcessors();
  if (Status status = addLimit(); !status)
    return status;
  if (Status status = check(schedule); !status)
    return status;
  return std::move(schedule);
}

} // namespace

Result<StaticSchedule> makeStaticSchedule(const CyclicProblem &problem,
                                          const CyclicSolution &solution,
                                          const ScheduleInfo &info) {
  if (Status status = verify(problem, solution); !status)
    return status;
  return Maker(problem, solution, info).make();
}

} // namespace layerpipe::scheduling
