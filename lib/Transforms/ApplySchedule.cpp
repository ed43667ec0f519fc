//===- ApplySchedule.cpp - A static schedule as the IR says it ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ApplySchedule.h"

#include "GradientDelays.h"
#include "layerpipe/Analysis/GraphMachine.h"
#include "layerpipe/Analysis/GraphPins.h"
#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Transforms/SplitTasks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <map>
#include <set>
#include <tuple>

using namespace mlir;
using namespace layerpipe;
using scheduling::CyclicProblem;
using scheduling::CyclicSolution;
using scheduling::ScheduleTask;
using scheduling::StaticSchedule;
using strategies::TaskForm;

/// Returns the name of the task that this one is, or is a part of.
static StringRef wholeName(const ScheduleTask &task) {
  return task.part ? StringRef(task.part->of) : StringRef(task.name);
}

//===----------------------------------------------------------------------===//
// The form
//===----------------------------------------------------------------------===//

/// Says which task is not in both, or nothing if the tasks are the same.
static std::string findDifference(const scheduling::TaskGraph &form,
                                  const StaticSchedule &schedule) {
  llvm::StringSet<> known, used;
  for (const scheduling::Task &task : form.tasks)
    known.insert(task.name);
  for (const ScheduleTask &task : schedule.tasks) {
    if (!known.contains(wholeName(task)))
      return "the schedule has a task '" + wholeName(task).str() +
             "', the network has none of that name";
    used.insert(wholeName(task));
  }
  for (const scheduling::Task &task : form.tasks)
    if (!used.contains(task.name))
      return "the network has a task '" + task.name +
             "', the schedule has none of that name";
  return "";
}

FailureOr<TaskForm> layerpipe::findForm(GraphOp graph,
                                        const NetworkForms &forms,
                                        const StaticSchedule &schedule) {
  const strategies::TaskForms &tasks = forms.tasks();
  for (TaskForm form :
       {TaskForm::coupled, TaskForm::decoupled, TaskForm::divisible})
    if (findDifference(tasks.graphOf(form), schedule).empty())
      return form;
  // A schedule with coupled backwards is told what differs from these.
  bool coupled = llvm::any_of(schedule.tasks, [](const ScheduleTask &task) {
    return task.kind == scheduling::TaskKind::backward;
  });
  TaskForm nearest = coupled ? TaskForm::coupled : TaskForm::divisible;
  return graph.emitError("the schedule does not fit: ")
         << findDifference(tasks.graphOf(nearest), schedule);
}

//===----------------------------------------------------------------------===//
// Splits
//===----------------------------------------------------------------------===//

/// Cuts tasks as the schedule's parts say. A cut is where a part begins.
static LogicalResult cutTasks(GraphOp graph, const NetworkForm &form,
                              const StaticSchedule &schedule) {
  llvm::MapVector<StringRef, TaskSplit> splits;
  const scheduling::TaskGraph &tasks = form.training.graph;
  llvm::StringMap<int64_t> indices;
  for (auto [index, task] : llvm::enumerate(tasks.tasks))
    indices[task.name] = index;
  for (const ScheduleTask &task : schedule.tasks) {
    if (!task.part)
      continue;
    TaskOp whole = form.training.taskOp(indices.lookup(task.part->of));
    if (!whole)
      return graph.emitError("the schedule does not fit: '")
             << task.part->of << "' is a source, which has no parts";
    TaskSplit &split = splits[task.part->of];
    split.task = whole;
    split.axis = convertAxis(task.part->axis);
    if (task.part->begin > 0)
      split.cuts.push_back(task.part->begin);
  }
  SmallVector<TaskSplit> cut;
  for (auto &[name, split] : splits) {
    llvm::sort(split.cuts);
    cut.push_back(std::move(split));
  }
  return splitTasks(graph, cut);
}

//===----------------------------------------------------------------------===//
// Delays and places
//===----------------------------------------------------------------------===//

/// Delays gradients by the staleness that the schedule gives to parameters.
static LogicalResult delayGradients(GraphOp graph,
                                    const StaticSchedule &schedule) {
  llvm::StringMap<int64_t> staleness;
  for (const scheduling::ScheduleParameter &parameter : schedule.parameters)
    staleness[parameter.name] = parameter.staleness;
  FailureOr<SmallVector<GradientEdge>> edges = findGradientEdges(graph);
  if (failed(edges))
    return failure();
  SmallVector<int64_t> delays;
  for (const GradientEdge &edge : *edges) {
    auto known = staleness.find(edge.parameter);
    if (known == staleness.end())
      return graph.emitError("the schedule does not fit: it has no parameter '")
             << edge.parameter << "'";
    delays.push_back(known->second);
  }
  setGradientDelays(graph, *edges, delays);
  return success();
}

/// Returns the time that the task has by itself: that of the form's task, or a
/// part's share of it. There is none for a task that the form does not have.
static std::optional<int64_t> ownTime(const ScheduleTask &planned,
                                      const llvm::StringMap<int64_t> &times) {
  auto whole = times.find(wholeName(planned));
  if (whole == times.end())
    return std::nullopt;
  if (!planned.part)
    return whole->second;
  return scheduling::partTime(whole->second, planned.part->begin,
                              planned.part->end, planned.part->length);
}

/// Returns a time for which a processor of that speed takes as long as the
/// schedule says: the task's own, if that does.
static int64_t timeFor(std::optional<int64_t> own, const ScheduleTask &planned,
                       scheduling::Fraction speed) {
  using scheduling::Wide;
  auto durationOf = [&](Wide time) {
    return scheduling::ceilDiv(time * speed.denominator, speed.numerator);
  };
  if (own && durationOf(*own) == planned.duration)
    return *own;
  return int64_t(scheduling::floorDiv(Wide(planned.duration) * speed.numerator,
                                      speed.denominator));
}

/// Gives the tasks their times and their places.
static LogicalResult placeTasks(GraphOp graph,
                                const scheduling::TaskGraph &form,
                                const StaticSchedule &schedule) {
  llvm::StringMap<int64_t> times;
  for (const scheduling::Task &task : form.tasks)
    times[task.name] = task.time;
  llvm::StringMap<const ScheduleTask *> planned;
  for (const ScheduleTask &task : schedule.tasks)
    planned[task.name] = &task;
  llvm::StringMap<int64_t> slots;
  for (const scheduling::ScheduleProcessor &processor : schedule.processors)
    for (auto [slot, index] : llvm::enumerate(processor.order))
      slots[schedule.tasks[index].name] = slot;
  for (auto op : graph.getBody().getOps<TaskOp>()) {
    const ScheduleTask *task = planned.lookup(op.getName());
    if (!task || task->processor < 0)
      return graph.emitError("the schedule does not fit: it runs no task '")
             << op.getName() << "' on any processor";
    op.setTime(timeFor(ownTime(*task, times), *task,
                       schedule.processors[task->processor].speed));
    op.setProcessor(task->processor);
    op.setStart(task->start);
    op.setLag(task->lag);
    op.setSlot(slots.lookup(op.getName()));
  }
  return success();
}

/// Writes down what the schedule says of the graph as a whole.
static void describe(GraphOp graph, const StaticSchedule &schedule) {
  bool split = llvm::any_of(schedule.tasks, [](const ScheduleTask &task) {
    return task.part.has_value();
  });
  graph.setStrategy(schedule.strategy);
  graph.setProcessors(schedule.processors.size());
  graph.setTimeUnit(schedule.timeUnit);
  graph.setPeriod(schedule.period);
  graph.setLowerBound(schedule.bounds.lower);
  if (split)
    graph.setLowerBoundSplit(schedule.bounds.lowerSplit);
  if (!schedule.limitedBy.empty())
    graph.setLimitedBy(schedule.limitedBy);
  graph.setPhase(Phase::scheduled);
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

namespace {
/// These are an edge's producer, consumer and distance.
using EdgeKey = std::tuple<std::string, std::string, int64_t>;
} // namespace

static EdgeKey keyOf(const scheduling::Edge &edge,
                     const scheduling::TaskGraph &tasks) {
  return {tasks.tasks[edge.from].name, tasks.tasks[edge.to].name,
          edge.distance};
}

static EdgeKey keyOf(const scheduling::ScheduleEdge &edge,
                     const StaticSchedule &schedule) {
  return {schedule.tasks[edge.from].name, schedule.tasks[edge.to].name,
          edge.distance};
}

static std::string describe(const EdgeKey &edge) {
  const auto &[from, to, distance] = edge;
  return "an edge from '" + from + "' to '" + to + "' of distance " +
         std::to_string(distance);
}

/// Fails with the first edge that only the graph or only the schedule has.
static LogicalResult compareEdges(GraphOp graph,
                                  const scheduling::TaskGraph &tasks,
                                  const StaticSchedule &schedule) {
  std::set<EdgeKey> own, planned;
  for (const scheduling::Edge &edge : tasks.edges)
    own.insert(keyOf(edge, tasks));
  for (const scheduling::ScheduleEdge &edge : schedule.edges)
    planned.insert(keyOf(edge, schedule));
  for (const EdgeKey &edge : planned)
    if (!own.contains(edge))
      return graph.emitError("the schedule does not fit: it has ")
             << describe(edge) << ", the network has none";
  for (const EdgeKey &edge : own)
    if (!planned.contains(edge))
      return graph.emitError("the schedule does not fit: the network has ")
             << describe(edge) << ", the schedule has none";
  return success();
}

//===----------------------------------------------------------------------===//
// Transfers
//===----------------------------------------------------------------------===//

/// Takes the times of the transfers from the schedule. A transfer is found by
/// an edge that it serves; of several edges with the same ends it is the one of
/// the value's name, or else of its place among them.
static void timeTransfers(const CyclicProblem &problem,
                          const StaticSchedule &schedule,
                          CyclicSolution &solution) {
  std::map<EdgeKey, std::vector<const scheduling::ScheduleEdge *>> planned;
  for (const scheduling::ScheduleEdge &edge : schedule.edges)
    planned[keyOf(edge, schedule)].push_back(&edge);
  std::map<EdgeKey, size_t> places;
  for (auto [index, edge] : llvm::enumerate(problem.graph.edges)) {
    EdgeKey key = keyOf(edge, problem.graph);
    const auto &candidates = planned.at(key);
    size_t place = std::min(places[key]++, candidates.size() - 1);
    int64_t number = solution.edgeTransfer[index];
    if (number < 0)
      continue;
    const std::string &value = problem.graph.values[edge.value].name;
    auto named = llvm::find_if(candidates, [&](const auto *candidate) {
      return candidate->value == value;
    });
    const scheduling::ScheduleEdge &found =
        named != candidates.end() ? **named : *candidates[place];
    if (found.transfer < 0)
      continue; // Both ends are one processor's in the schedule.
    const scheduling::ScheduleTransfer &transfer =
        schedule.transfers[found.transfer];
    solution.transfers[number].start = transfer.start;
    solution.transfers[number].lag = transfer.lag;
  }
}

/// Fails if the schedule's transfers take other times than they would on the
/// machine.
static LogicalResult compareTransfers(GraphOp graph,
                                      const CyclicSolution &solution,
                                      const StaticSchedule &schedule) {
  // These are duration, latency and the two processors.
  using Times = std::tuple<int64_t, int64_t, int64_t, int64_t>;
  std::multiset<Times> own, planned;
  for (const scheduling::Transfer &transfer : solution.transfers)
    own.emplace(transfer.duration, transfer.latency, transfer.fromProcessor,
                transfer.toProcessor);
  for (const scheduling::ScheduleTransfer &transfer : schedule.transfers)
    planned.emplace(transfer.duration, transfer.latency, transfer.fromProcessor,
                    transfer.toProcessor);
  if (own == planned)
    return success();
  auto describe = [](const std::multiset<Times> &times) {
    Times most = times.empty() ? Times() : *times.rbegin();
    return "take up to " + std::to_string(std::get<0>(most)) +
           " and arrive up to " + std::to_string(std::get<1>(most)) + " later";
  };
  return graph.emitError(
             "the schedule does not fit the machine: its transfers ")
         << describe(planned)
         << ", on links of this bandwidth and latency they " << describe(own)
         << "; give the bandwidth and the latency that it was made for";
}

/// Fails at the first processor that is not as fast in the schedule as on the
/// machine.
static LogicalResult compareSpeeds(GraphOp graph,
                                   const StaticSchedule &schedule,
                                   const machine::MachineDescription &machine) {
  size_t known = std::min(machine.speeds.size(), schedule.processors.size());
  for (size_t id = 0; id < known; ++id)
    if (machine.speeds[id] != schedule.processors[id].speed)
      return graph.emitError("the schedule does not fit the machine: its "
                             "processor ")
             << id << " has speed " << toString(schedule.processors[id].speed)
             << ", the machine's " << toString(machine.speeds[id]);
  return success();
}

/// Gives the graph the machine, on which the schedule's processors have their
/// speeds. Its links are the schedule's if nobody else knows them.
static LogicalResult placeOnMachine(GraphOp graph,
                                    const StaticSchedule &schedule,
                                    machine::MachineDescription machine) {
  if (failed(compareSpeeds(graph, schedule, machine)))
    return failure();
  machine.speeds.clear();
  for (const scheduling::ScheduleProcessor &processor : schedule.processors)
    machine.speeds.push_back(processor.speed);
  if (scheduling::areInstant(machine.links))
    machine.links = schedule.links;
  auto processors = static_cast<int64_t>(schedule.processors.size());
  if (auto valid = checkMachine(machine, processors); !valid)
    return graph.emitError("the schedule does not fit the machine: ")
           << valid.message();
  setMachine(graph, makeMachine(machine, processors));
  return success();
}

LogicalResult layerpipe::applySchedule(GraphOp graph, NetworkForms &forms,
                                       TaskForm form,
                                       const StaticSchedule &schedule,
                                       machine::MachineDescription machine) {
  NetworkForm &network = forms[form];
  graph.getBody().takeBody(network.graph->getBody());
  if (failed(cutTasks(graph, network, schedule)) ||
      failed(delayGradients(graph, schedule)) ||
      failed(placeOnMachine(graph, schedule, std::move(machine))) ||
      failed(placeTasks(graph, network.training.graph, schedule)))
    return failure();
  describe(graph, schedule);
  FailureOr<ScheduledGraph> made = extractSchedule(graph);
  if (failed(made) ||
      failed(compareEdges(graph, made->training.graph, schedule)) ||
      failed(compareTransfers(graph, made->solution, schedule)))
    return failure();
  timeTransfers(made->problem, schedule, made->solution);
  writeTransfers(made->training, made->problem, made->solution);
  if (auto valid = scheduling::verify(made->problem, made->solution); !valid)
    return graph.emitError("the schedule does not fit: ") << valid.message();
  return verifyPins(graph, "the schedule does not fit: ", made->problem.graph,
                    made->problem.assignment);
}
