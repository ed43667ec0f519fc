//===- SetBatch.cpp - another batch size for a forward graph --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_SETBATCH
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {
struct SetBatchPass : public layerpipe::impl::SetBatchBase<SetBatchPass> {
  using SetBatchBase::SetBatchBase;
  void runOnOperation() override;
};
} // namespace

/// Returns the type with another leading dimension.
static Type withBatch(Type type, int64_t batch) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  shape.front() = batch;
  return tensor.clone(shape);
}

/// Returns whether types of the op say what was measured, for one batch only.
static bool isFixed(Operation *op) {
  return llvm::any_of(op->getResultTypes(), isMeasured) ||
         (isa<ComputeOpInterface>(op) && !isa<InferTypeOpInterface>(op));
}

/// Infers the result types of `op` from its operands again.
static LogicalResult inferAgain(Operation *op) {
  auto inference = dyn_cast<InferTypeOpInterface>(op);
  if (!inference)
    return success();
  SmallVector<Type> types;
  if (failed(inference.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return failure();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    result.setType(type);
  return success();
}

void SetBatchPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::forward},
                          "set the batch before differentiating")))
    return signalPassFailure();
  if (batch < 1) {
    graph.emitError("the batch must be at least 1, got ") << int64_t(batch);
    return signalPassFailure();
  }
  for (Operation *op : topologicalOrder(graph)) {
    if (isFixed(op)) {
      op->emitError("has types and costs for the batch that is written, which "
                    "can't be changed");
      return signalPassFailure();
    }
    if (isa<SourceOpInterface>(op))
      op->getResult(0).setType(withBatch(op->getResult(0).getType(), batch));
    else if (failed(inferAgain(op)))
      return signalPassFailure();
  }
}
