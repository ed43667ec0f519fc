//===- Decompose.cpp - puts compositions in the place of their names ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decompose.h"

#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_DECOMPOSE
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {
struct DecomposePass : public layerpipe::impl::DecomposeBase<DecomposePass> {
  using DecomposeBase::DecomposeBase;
  void runOnOperation() override;
};
} // namespace

void layerpipe::decompose(GraphOp graph) {
  SmallVector<CompositeOpInterface> open(
      graph.getBody().getOps<CompositeOpInterface>());
  for (CompositeOpInterface op : open) {
    OpBuilder builder(op);
    op->getResult(0).replaceAllUsesWith(op.compose(builder));
    op->erase();
  }
}

void DecomposePass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::forward},
                          "composite ops are in forward graphs only")))
    return signalPassFailure();
  decompose(graph);
}
