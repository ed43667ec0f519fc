//===- TrainingGraph.h - A graph as the solvers see it ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The step from IR to the scheduling core: tasks, values and edges with their
// distances before any retiming, and the way back from every index to its op.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_TRAININGGRAPH_H
#define LAYERPIPE_ANALYSIS_TRAININGGRAPH_H

#include "layerpipe/Analysis/Streams.h"
#include "layerpipe/Scheduling/TaskGraph.h"

#include <vector>

namespace layerpipe {

struct TrainingGraph {
  scheduling::TaskGraph graph;
  /// Per task: its TaskOp, or the InputOp or LabelsOp that is a source. Tasks
  /// stand in textual order.
  std::vector<mlir::Operation *> taskOps;
  /// Per value: the result that it is. Results that no task reads have no
  /// value.
  std::vector<mlir::Value> values;
  /// Per edge: the operand of the reading TaskOp. There is one edge for each
  /// operand, so a value that a task reads twice has two.
  std::vector<mlir::OpOperand *> operands;
  /// Per edge: what its `initial` spells; none at distance 0.
  std::vector<InitialValue> initials;
  /// Per parameter: its initial value.
  std::vector<ParameterOp> parameterOps;
  llvm::DenseMap<mlir::Operation *, int64_t> taskIndex;

  /// Null for a source.
  TaskOp taskOp(int64_t task) const {
    return mlir::dyn_cast<TaskOp>(taskOps[task]);
  }
};

/// The lag of a task or source that retiming has turned into delays already.
int64_t getRetimed(mlir::Operation *op);

/// Extracts the tasks of `graph`, from any phase in which its ops are grouped.
/// A task without a `time` counts 0. An edge's distance is that of the graph
/// before retiming: delays + retimed(producer) − retimed(consumer). Operands
/// that read a parameter directly (a constant stream) give no edge. Kinds:
///   * gradient: reaches a data operand of a state op in an update task;
///     `parameter` is that state op's parameter;
///   * state: a state op's result that comes back to an update task as state;
///   * weight: a state op's result that any other task reads;
///   * activation: everything else.
/// Fails with an error at the op that is in the way. O(ops + delays + uses).
mlir::FailureOr<TrainingGraph> extractTrainingGraph(GraphOp graph);

/// Succeeds if every task has a time; the error names the pass that sets it.
mlir::LogicalResult checkTimes(GraphOp graph);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_TRAININGGRAPH_H
