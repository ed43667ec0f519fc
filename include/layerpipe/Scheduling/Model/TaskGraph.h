//===- TaskGraph.h - Tasks joined by delayed streams ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the training computation as every solver sees it: tasks that fire
// once per iteration, joined by edges with delays. It has plain values; indices
// refer to positions in the vectors. Times, distances and bytes are integers,
// and the unit of time is the caller's. One layer, for instance, has
//
//   F ─► loss ─► G ─► U, and U ─[1]─► F, which carries the weights
//   with F 1, loss 0, G 1 and U 0 units: one cycle of 2 units, one delay
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_TASKGRAPH_H
#define LAYERPIPE_SCHEDULING_MODEL_TASKGRAPH_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::scheduling {

/// A kind says what a task does. `input` is a source of the graph (samples,
/// labels): it takes no time and occupies no processor. `norm` measures
/// gradients before updates apply them.
enum class TaskKind {
  input,
  forward,
  loss,
  backward,
  grad_input,
  grad_weight,
  update,
  norm,
  other
};

/// A kind says what an edge carries.
enum class EdgeKind { activation, gradient, weight, state, other };

/// An axis says along what a task is cut into parts: the samples of the batch,
/// or the channels (features) of its layer's result or operand.
enum class SplitAxis { batch, output_channels, input_channels };

/// This says how the results of the parts make that of the whole.
enum class Combine { concatenate, sum };

std::string_view toString(TaskKind kind);
std::string_view toString(EdgeKind kind);
std::string_view toString(SplitAxis axis);
std::string_view toString(Combine combine);
std::optional<TaskKind> parseTaskKind(std::string_view text);
std::optional<EdgeKind> parseEdgeKind(std::string_view text);
std::optional<SplitAxis> parseSplitAxis(std::string_view text);
std::optional<Combine> parseCombine(std::string_view text);

/// A task that is a part of another says which one: begin … end − 1 of `length`
/// samples or channels. The parts of one task share everything else.
struct TaskPart {
  /// The task had this name before it was split.
  std::string of;
  SplitAxis axis = SplitAxis::batch;
  int64_t begin = 0;
  int64_t end = 0;
  int64_t length = 0;
  Combine combine = Combine::concatenate;
};

/// Layers count from 1; 0 is for tasks that belong to no layer (inputs, the
/// loss).
struct Task {
  std::string name;
  int64_t layer = 0;
  TaskKind kind = TaskKind::other;
  int64_t time = 0;
  std::optional<TaskPart> part = std::nullopt;
  /// In a graph of several microbatches, the task serves this one, from 0, or
  /// all.
  std::optional<int64_t> microbatch = std::nullopt;
};

/// A value is one tensor that a task produces in each iteration. Several edges
/// may carry the same value; it travels once to each processor.
struct Value {
  std::string name;
  int64_t producer = -1;
  int64_t bytes = 0;
};

/// An edge says that `to` of iteration i reads what `from` made in iteration i
/// − distance. `initial` is what it reads for i < distance: "absent",
/// "parameter:NAME" or "constant:NUMBER". A positive distance needs one, except
/// on an edge with `parameter` set, where none means "absent".
struct Edge {
  int64_t from = -1;
  int64_t to = -1;
  EdgeKind kind = EdgeKind::other;
  int64_t value = -1;
  int64_t distance = 0;
  std::string initial;
  /// This is set on the edges that bring a parameter's gradient to its update,
  /// and what the update multiplies the gradient by; their distance is that
  /// parameter's staleness. Other edges have −1.
  int64_t parameter = -1;
};

/// This is a trained tensor. All parameters of one layer share one staleness.
struct Parameter {
  std::string name;
  int64_t bytes = 0;
  int64_t layer = 0;
};

struct TaskGraph {
  std::vector<Task> tasks;
  std::vector<Value> values;
  std::vector<Edge> edges;
  std::vector<Parameter> parameters;
};

/// Algorithms that run on any graph ask for its nodes and edges by these names.
inline int64_t countNodes(const TaskGraph &graph) {
  return static_cast<int64_t>(graph.tasks.size());
}
inline const std::vector<Edge> &listEdges(const TaskGraph &graph) {
  return graph.edges;
}

/// The core accepts no larger sum of task times, and no larger sum of
/// distances. The limits leave room for every sum that a solver forms.
inline constexpr int64_t maxTotalTime = int64_t(1) << 50;
inline constexpr int64_t maxTotalDistance = int64_t(1) << 30;
inline constexpr int64_t maxBytes = int64_t(1) << 50;

/// Adds bytes, which must not be negative, to a sum of at most maxBytes + 1.
/// The new sum goes no further than that, where every check refuses it.
void addBytes(int64_t &sum, int64_t bytes);

/// No lag may be larger, either way. No solver's answer comes near it, and no
/// sum of such lags overflows.
inline constexpr int64_t maxLag = int64_t(1) << 40;

/// The core accepts no higher layer, and no more processors, since there are
/// arrays of both.
inline constexpr int64_t maxLayer = int64_t(1) << 20;
inline constexpr int64_t maxProcessors = int64_t(1) << 20;

/// Succeeds if indices are in range, names unique and not empty, nothing is
/// negative, and sums are within the limits above; an edge's value comes from
/// its `from`; inputs take no time and read nothing; an edge with a positive
/// distance names its initial value; `parameter` stands only on edges into an
/// update; and no cycle is free of delays (the message lists its tasks in
/// order).
Status check(const TaskGraph &graph);

/// Returns the tasks of a cycle whose edges all have distance 0, in order, or
/// nothing if there is none. `distances` replaces the edges' own. O(V + E).
std::vector<int64_t> findDelayFreeCycle(const TaskGraph &graph,
                                        const std::vector<int64_t> &distances);

/// Returns the edges' own distances, in order.
std::vector<int64_t> distancesOf(const TaskGraph &graph);

/// These return "'fwd1'", and "'fwd1' → 'fwd2'" for an edge, as messages print
/// them.
std::string describeTask(const TaskGraph &graph, int64_t task);
std::string describeEdge(const TaskGraph &graph, int64_t edge);

/// These return how many tasks are not inputs, and the sum of all times.
int64_t countWorkTasks(const TaskGraph &graph);
int64_t totalTime(const TaskGraph &graph);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_TASKGRAPH_H
