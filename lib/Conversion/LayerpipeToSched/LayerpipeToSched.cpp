//===- LayerpipeToSched.cpp - The pass --convert-layerpipe-to-sched -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Conversion/Passes.h"

#include "ProgramBuilder.h"

namespace layerpipe {
#define GEN_PASS_DEF_CONVERTLAYERPIPETOSCHED
#include "layerpipe/Conversion/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

/// Checks that the schedule is valid before it becomes a program, because the
/// user may have edited it.
static LogicalResult verifySchedule(GraphOp graph,
                                    const ScheduledGraph &schedule) {
  scheduling::Status valid =
      scheduling::verify(schedule.problem, schedule.solution);
  if (!valid)
    return graph.emitOpError("has an invalid schedule: ") << valid.message();
  return success();
}

namespace {

struct ConvertLayerpipeToSched
    : layerpipe::impl::ConvertLayerpipeToSchedBase<ConvertLayerpipeToSched> {
  void runOnOperation() override {
    for (GraphOp graph : llvm::to_vector(getOperation().getOps<GraphOp>())) {
      FailureOr<ScheduledGraph> schedule = extractSchedule(graph);
      if (failed(schedule) || failed(verifySchedule(graph, *schedule)) ||
          failed(ProgramBuilder(graph, std::move(*schedule)).build()))
        return signalPassFailure();
      graph.erase();
    }
  }
};

} // namespace
