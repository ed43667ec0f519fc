//===- TaskGraph.cpp - Tasks joined by delayed streams --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the names of kinds, the input check of every solver, and small
// queries.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include "layerpipe/Scheduling/Model/EnumNames.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <array>
#include <unordered_set>
#include <utility>

namespace layerpipe::scheduling {
namespace {

constexpr std::array<std::string_view, 9> taskKindNames = {
    "input",       "forward", "loss", "backward", "grad_input",
    "grad_weight", "update",  "norm", "other"};
constexpr std::array<std::string_view, 5> edgeKindNames = {
    "activation", "gradient", "weight", "state", "other"};
constexpr std::array<std::string_view, 3> splitAxisNames = {
    "batch", "output_channels", "input_channels"};
constexpr std::array<std::string_view, 2> combineNames = {"concatenate", "sum"};

bool inRange(int64_t index, size_t size) {
  return index >= 0 && index < static_cast<int64_t>(size);
}

/// This checks the names of one list, which must be unique and not empty.
class NameList {
public:
  explicit NameList(std::string_view what) : what(what) {}
  Status add(std::string_view name) {
    if (name.empty())
      return Error{fmt::format("a {} has no name", what)};
    if (!names.insert(name).second)
      return Error{fmt::format("two {}s have the name '{}'", what, name)};
    return Status::success();
  }

private:
  std::string_view what;
  std::unordered_set<std::string_view> names;
};

Status checkTasks(const TaskGraph &graph) {
  NameList names("task");
  int64_t sum = 0;
  for (const Task &task : graph.tasks) {
    if (Status status = names.add(task.name); !status)
      return status;
    if (task.time < 0 || task.time > maxTotalTime - sum)
      return Error{fmt::format("task '{}' has time {}; times must not be "
                               "negative, nor their sum exceed {}",
                               task.name, task.time, maxTotalTime)};
    if (task.layer < 0 || task.layer > maxLayer)
      return Error{fmt::format("task '{}' has layer {}; layers count from 1, "
                               "and 0 is no layer; the highest is {}",
                               task.name, task.layer, maxLayer)};
    if (task.kind == TaskKind::input && task.time != 0)
      return Error{fmt::format("input '{}' has time {}; inputs take no time",
                               task.name, task.time)};
    sum += task.time;
  }
  return Status::success();
}

Status checkValues(const TaskGraph &graph) {
  NameList names("value");
  for (const Value &value : graph.values) {
    if (Status status = names.add(value.name); !status)
      return status;
    if (!inRange(value.producer, graph.tasks.size()))
      return Error{fmt::format("value '{}' has no producer: task {} of {}",
                               value.name, value.producer, graph.tasks.size())};
    if (value.bytes < 0 || value.bytes > maxBytes)
      return Error{fmt::format("value '{}' has {} bytes; sizes lie between 0 "
                               "and {}",
                               value.name, value.bytes, maxBytes)};
  }
  return Status::success();
}

Status checkParameters(const TaskGraph &graph) {
  NameList names("parameter");
  for (const Parameter &parameter : graph.parameters) {
    if (Status status = names.add(parameter.name); !status)
      return status;
    if (parameter.bytes < 0 || parameter.bytes > maxBytes)
      return Error{fmt::format("parameter '{}' has {} bytes; sizes lie between "
                               "0 and {}",
                               parameter.name, parameter.bytes, maxBytes)};
    if (parameter.layer < 0 || parameter.layer > maxLayer)
      return Error{fmt::format("parameter '{}' has layer {}; layers count from "
                               "1, and 0 is no layer; the highest is {}",
                               parameter.name, parameter.layer, maxLayer)};
  }
  return Status::success();
}

Status checkEdgeEnds(const TaskGraph &graph, int64_t index) {
  const Edge &edge = graph.edges[index];
  if (!inRange(edge.from, graph.tasks.size()) ||
      !inRange(edge.to, graph.tasks.size()))
    return Error{fmt::format("edge {} joins tasks {} and {}, but there are {} "
                             "tasks",
                             index, edge.from, edge.to, graph.tasks.size())};
  if (!inRange(edge.value, graph.values.size()))
    return Error{fmt::format("edge {} carries value {}, but there are {} "
                             "values",
                             describeEdge(graph, index), edge.value,
                             graph.values.size())};
  if (graph.values[edge.value].producer != edge.from)
    return Error{
        fmt::format("edge {} carries '{}', which {} makes",
                    describeEdge(graph, index), graph.values[edge.value].name,
                    describeTask(graph, graph.values[edge.value].producer))};
  if (graph.tasks[edge.to].kind == TaskKind::input)
    return Error{fmt::format("edge {} leads into an input; inputs read nothing",
                             describeEdge(graph, index))};
  return Status::success();
}

Status checkEdge(const TaskGraph &graph, int64_t index, int64_t &sum) {
  if (Status status = checkEdgeEnds(graph, index); !status)
    return status;
  const Edge &edge = graph.edges[index];
  if (edge.distance < 0 || edge.distance > maxTotalDistance - sum)
    return Error{fmt::format("edge {} has distance {}; distances must not be "
                             "negative, nor their sum exceed {}",
                             describeEdge(graph, index), edge.distance,
                             maxTotalDistance)};
  sum += edge.distance;
  if (edge.parameter != -1) {
    if (!inRange(edge.parameter, graph.parameters.size()))
      return Error{fmt::format("edge {} belongs to parameter {}, but there are "
                               "{} parameters",
                               describeEdge(graph, index), edge.parameter,
                               graph.parameters.size())};
    if (graph.tasks[edge.to].kind != TaskKind::update)
      return Error{fmt::format("edge {} carries the gradient of '{}', but {} "
                               "is no update",
                               describeEdge(graph, index),
                               graph.parameters[edge.parameter].name,
                               describeTask(graph, edge.to))};
  } else if (edge.distance > 0 && edge.initial.empty()) {
    return Error{fmt::format("edge {} has distance {} but no initial value",
                             describeEdge(graph, index), edge.distance)};
  }
  return Status::success();
}

} // namespace

std::string_view toString(TaskKind kind) {
  return taskKindNames[static_cast<size_t>(kind)];
}

std::string_view toString(EdgeKind kind) {
  return edgeKindNames[static_cast<size_t>(kind)];
}

std::string_view toString(SplitAxis axis) {
  return splitAxisNames[static_cast<size_t>(axis)];
}

std::string_view toString(Combine combine) {
  return combineNames[static_cast<size_t>(combine)];
}

std::optional<TaskKind> parseTaskKind(std::string_view text) {
  return parseName<TaskKind>(taskKindNames, text);
}

std::optional<EdgeKind> parseEdgeKind(std::string_view text) {
  return parseName<EdgeKind>(edgeKindNames, text);
}

std::optional<SplitAxis> parseSplitAxis(std::string_view text) {
  return parseName<SplitAxis>(splitAxisNames, text);
}

std::optional<Combine> parseCombine(std::string_view text) {
  return parseName<Combine>(combineNames, text);
}

std::string describeTask(const TaskGraph &graph, int64_t task) {
  return fmt::format("'{}'", graph.tasks[task].name);
}

std::string describeEdge(const TaskGraph &graph, int64_t edge) {
  return fmt::format("'{}' → '{}'", graph.tasks[graph.edges[edge].from].name,
                     graph.tasks[graph.edges[edge].to].name);
}

std::vector<int64_t> distancesOf(const TaskGraph &graph) {
  std::vector<int64_t> distances;
  distances.reserve(graph.edges.size());
  for (const Edge &edge : graph.edges)
    distances.push_back(edge.distance);
  return distances;
}

int64_t countWorkTasks(const TaskGraph &graph) {
  int64_t count = 0;
  for (const Task &task : graph.tasks)
    count += task.kind != TaskKind::input;
  return count;
}

void addBytes(int64_t &sum, int64_t bytes) {
  sum = bytes > maxBytes - sum ? maxBytes + 1 : sum + bytes;
}

int64_t totalTime(const TaskGraph &graph) {
  int64_t sum = 0;
  for (const Task &task : graph.tasks)
    sum += task.time;
  return sum;
}

std::vector<int64_t> findDelayFreeCycle(const TaskGraph &graph,
                                        const std::vector<int64_t> &distances) {
  return findCycle(graph.tasks.size(), delayFreeArcs(graph, distances));
}

Status check(const TaskGraph &graph) {
  if (Status status = checkTasks(graph); !status)
    return status;
  if (Status status = checkValues(graph); !status)
    return status;
  if (Status status = checkParameters(graph); !status)
    return status;
  int64_t distanceSum = 0;
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    if (Status status = checkEdge(graph, edge, distanceSum); !status)
      return status;

  std::vector<int64_t> cycle = findDelayFreeCycle(graph, distancesOf(graph));
  if (cycle.empty())
    return Status::success();
  std::string text;
  for (int64_t task : cycle)
    text += describeTask(graph, task) + " → ";
  return Error{fmt::format("a cycle has no delay: {}{}", text,
                           describeTask(graph, cycle.front()))};
}

} // namespace layerpipe::scheduling
