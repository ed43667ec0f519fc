//===- VerifySchedule.cpp - checks the schedule that the IR holds ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Phases.h"
#include "layerpipe/Analysis/GraphPins.h"
#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_VERIFYSCHEDULE
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {
struct VerifySchedulePass
    : public layerpipe::impl::VerifyScheduleBase<VerifySchedulePass> {
  using VerifyScheduleBase::VerifyScheduleBase;
  void runOnOperation() override;
};
} // namespace

void VerifySchedulePass::runOnOperation() {
  GraphOp graph = getOperation();
  FailureOr<ScheduledGraph> schedule = extractSchedule(graph);
  if (failed(schedule))
    return signalPassFailure();
  if (auto valid = scheduling::verify(schedule->problem, schedule->solution);
      !valid) {
    graph.emitError("the schedule is invalid: ") << valid.message();
    return signalPassFailure();
  }
  if (failed(verifyPins(graph, "the schedule is invalid: ",
                        schedule->problem.graph, schedule->problem.assignment)))
    return signalPassFailure();
  markAllAnalysesPreserved();
}
