//===- TrainingGraph.h - A graph as the solvers see it ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the step from IR to the scheduling core. It makes tasks, values and
// edges with their distances before any retiming, and keeps the way back from
// every index to its op.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_TRAININGGRAPH_H
#define LAYERPIPE_ANALYSIS_TRAININGGRAPH_H

#include "layerpipe/Analysis/Streams.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe {

struct TrainingGraph {
  scheduling::TaskGraph graph;
  /// Each task has its TaskOp here, or the InputOp or LabelsOp that is a
  /// source. Tasks stand in textual order.
  std::vector<mlir::Operation *> taskOps;
  /// Each value has the result here that it stands for. Results that no task
  /// reads have no value.
  std::vector<mlir::Value> values;
  /// Each edge has the operand of the reading TaskOp here. There is one edge
  /// for each operand, so a value that a task reads twice has two.
  std::vector<mlir::OpOperand *> operands;
  /// Each edge has what its `initial` spells; an edge of distance 0 has none.
  std::vector<InitialValue> initials;
  /// Each parameter has the op of its initial value here.
  std::vector<ParameterOp> parameterOps;
  llvm::DenseMap<mlir::Operation *, int64_t> taskIndex;

  /// Returns the op of a task, or null for a source.
  TaskOp taskOp(int64_t task) const {
    return mlir::dyn_cast<TaskOp>(taskOps[task]);
  }
};

/// Returns the lag of a task or source that retiming has turned into delays
/// already.
int64_t getRetimed(mlir::Operation *op);

/// Extracts the tasks of `graph`, from any phase in which its ops are grouped.
/// A task without a `time` counts 0. An edge's distance is that of the graph
/// before retiming: delays + retimed(producer) − retimed(consumer). Operands
/// that read a parameter directly (a constant stream) give no edge. An edge is
/// of one of these kinds:
///
/// - gradient: it reaches a data operand of a state op in an update task, and
///   `parameter` is that state op's parameter;
/// - state: a state op's result comes back to an update task as state;
/// - weight: any other task reads a state op's result;
/// - activation: the edge is none of these.
///
/// Fails with an error at the op that is in the way. O(ops + delays + uses).
mlir::FailureOr<TrainingGraph> extractTrainingGraph(GraphOp graph);

/// Succeeds if every task has a time; the error names the pass that sets it.
mlir::LogicalResult checkTimes(GraphOp graph);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_TRAININGGRAPH_H
