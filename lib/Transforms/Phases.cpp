//===- Phases.cpp - which phases a pass works on --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Phases.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace layerpipe;

LogicalResult layerpipe::requirePhase(GraphOp graph, ArrayRef<Phase> phases,
                                      StringRef advice) {
  if (llvm::is_contained(phases, graph.getPhase()))
    return success();
  auto error = graph.emitError("this pass works on a graph of phase ");
  for (auto [index, phase] : llvm::enumerate(phases))
    error << (index == 0                   ? ""
              : index + 1 == phases.size() ? " or "
                                           : ", ")
          << stringifyPhase(phase);
  return error << ", but '" << graph.getSymName() << "' is "
               << stringifyPhase(graph.getPhase()) << ": " << advice;
}

LogicalResult layerpipe::requireTasks(GraphOp graph) {
  for (Operation &op : graph.getBody().getOps())
    if (isa<ComputeOpInterface>(op))
      return op.emitError(
          "is not inside a task: run --layerpipe-form-tasks first");
  return success();
}

LogicalResult layerpipe::requireNoTasks(GraphOp graph) {
  for (auto task : graph.getBody().getOps<TaskOp>())
    return task.emitError(
        "is a task already: this pass must run before --layerpipe-form-tasks");
  return success();
}
