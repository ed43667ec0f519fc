//===- SplitTasks.h - Tasks replaced by their parts -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What scheduling::splitTasks does to a graph as plain values, done to the IR.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_SPLITTASKS_H
#define LAYERPIPE_TRANSFORMS_SPLITTASKS_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// A task to be cut along an axis at `cuts`: ascending, each between 1 and the
/// axis' length − 1, none twice. Without cuts it stays whole.
struct TaskSplit {
  TaskOp task;
  SplitAxis axis = SplitAxis::batch;
  llvm::SmallVector<int64_t> cuts;
};

/// Replaces every task of `splits`, in its place, by its parts NAME.0, NAME.1,
/// …, each with its `part` and without a `time`.
///
/// Values travel in the slices that scheduling::splitTasks describes. Whoever
/// makes a slice cuts it in its own body, whoever needs more than a slice puts
/// them together in its own: slices by layerpipe.concat, summands by
/// layerpipe.accumulate in the order of the parts. A part slices in its body
/// what travels whole. A task whose body has changed loses its `time`.
///
/// The graph is one that extractTrainingGraph accepts. Fails, with an error at
/// the op and before anything is changed, where a task can't be cut so or has
/// been retimed, or where a name is taken.
mlir::LogicalResult splitTasks(GraphOp graph, llvm::ArrayRef<TaskSplit> splits);

} // namespace layerpipe

#endif // LAYERPIPE_TRANSFORMS_SPLITTASKS_H#include
       // "layerpipe/Scheduling/Splitting/SplitGraph.h"
