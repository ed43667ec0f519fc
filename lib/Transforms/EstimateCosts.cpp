//===- EstimateCosts.cpp - a time for every task --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Phases.h"
#include "layerpipe/Scheduling/TaskGraph.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_ESTIMATECOSTS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {
struct EstimateCostsPass
    : public layerpipe::impl::EstimateCostsBase<EstimateCostsPass> {
  using EstimateCostsBase::EstimateCostsBase;
  void runOnOperation() override;
};
} // namespace

/// Multiply-accumulates of all ops of a task.
static FailureOr<int64_t> macsOf(TaskOp task) {
  int64_t macs = 0;
  for (auto op : task.getBody().getOps<ComputeOpInterface>()) {
    if (op.getMacs() > scheduling::maxTotalTime - macs)
      return op.emitError("the ops of task '")
             << task.getName() << "' up to this one take more than "
             << scheduling::maxTotalTime
             << " multiply-accumulates, too many to schedule";
    macs += op.getMacs();
  }
  return macs;
}

void EstimateCostsPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (model != "macs") {
    graph.emitError("unknown cost model '") << model << "'; there is macs";
    return signalPassFailure();
  }
  if (failed(requirePhase(graph, {Phase::training, Phase::pipelined},
                          "estimate costs between form-tasks and schedule")) ||
      failed(requireTasks(graph)))
    return signalPassFailure();
  for (auto task : graph.getBody().getOps<TaskOp>()) {
    FailureOr<int64_t> macs = macsOf(task);
    if (failed(macs))
      return signalPassFailure();
    task.setTime(*macs);
  }
  graph.setTimeUnit("cycles");
}
