//===- DecoupleGradients.cpp - coupled backward ops taken apart -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"
#include "layerpipe/Transforms/TaskForming.h"

namespace layerpipe {
#define GEN_PASS_DEF_DECOUPLEGRADIENTS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {
struct DecoupleGradientsPass
    : public layerpipe::impl::DecoupleGradientsBase<DecoupleGradientsPass> {
  using DecoupleGradientsBase::DecoupleGradientsBase;
  void runOnOperation() override;
};
} // namespace

static void decouple(CoupledBackwardOpInterface op) {
  OpBuilder builder(op);
  SmallVector<Value> replacements = op.decouple(builder);
  for (Value replacement : replacements) {
    if (std::optional<int64_t> layer = getLayer(op))
      setLayer(replacement.getDefiningOp(), *layer);
    if (std::optional<int64_t> microbatch = getMicrobatch(op))
      setMicrobatch(replacement.getDefiningOp(), *microbatch);
  }
  op->replaceAllUsesWith(replacements);
  op->erase();
}

LogicalResult layerpipe::decoupleGradients(GraphOp graph) {
  if (failed(requirePhase(graph, {Phase::training},
                          "decouple between differentiate and form-tasks")) ||
      failed(requireNoTasks(graph)))
    return failure();
  for (auto op : llvm::make_early_inc_range(
           graph.getBody().getOps<CoupledBackwardOpInterface>()))
    decouple(op);
  return success();
}

void DecoupleGradientsPass::runOnOperation() {
  if (failed(decoupleGradients(getOperation())))
    signalPassFailure();
}
