//===- EstimateCosts.cpp - Gives every task its time ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostModels.h"
#include "Phases.h"
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

void EstimateCostsPass::runOnOperation() {
  GraphOp graph = getOperation();
  FailureOr<std::unique_ptr<CostModel>> costs =
      makeCostModel(graph, {model, profile, gigaflops, gigabytesPerSecond});
  if (failed(costs) ||
      failed(requirePhase(graph, {Phase::training, Phase::pipelined},
                          "estimate costs between form-tasks and schedule")) ||
      failed(requireTasks(graph)))
    return signalPassFailure();
  for (auto task : graph.getBody().getOps<TaskOp>()) {
    FailureOr<int64_t> time = (*costs)->timeOf(task);
    if (failed(time))
      return signalPassFailure();
    task.setTime(*time);
  }
  graph.setTimeUnit((*costs)->timeUnit());
}
