//===- SplitTasks.h - Tasks replaced by their parts -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This does to the IR what scheduling::splitTasks does to a graph as plain
// values.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_SPLITTASKS_H
#define LAYERPIPE_TRANSFORMS_SPLITTASKS_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// This names a task that is to be cut along an axis at `cuts`. They ascend,
/// each is between 1 and the axis' length − 1, and none stands twice. A task
/// without cuts stays whole.
struct TaskSplit {
  TaskOp task;
  SplitAxis axis = SplitAxis::batch;
  llvm::SmallVector<int64_t> cuts;
};

/// Replaces every task of `splits`, in its place, by its parts NAME.0, NAME.1,
/// …, each with its `part` and without a `time`. A task "fc2.grad_input" of
/// four samples that is cut at 1, for instance, becomes
///
///   fc2.grad_input.0 with part batch, 0 to 1 of 4
///   fc2.grad_input.1 with part batch, 1 to 4 of 4
///
/// Values travel in the slices that scheduling::splitTasks describes. The task
/// that makes a value in slices cuts it in its own body, and a task that needs
/// more than a slice joins several in its own: slices by layerpipe.concat,
/// summands by layerpipe.accumulate in the order of the parts. A part slices in
/// its body a value that travels whole. A task whose body has changed loses its
/// `time`.
///
/// The graph must be one that extractTrainingGraph accepts. Fails, with an
/// error at the op and before anything is changed, where a task can't be cut so
/// or has been retimed, or where a name is taken.
mlir::LogicalResult splitTasks(GraphOp graph, llvm::ArrayRef<TaskSplit> splits);

} // namespace layerpipe

#endif // LAYERPIPE_TRANSFORMS_SPLITTASKS_H
