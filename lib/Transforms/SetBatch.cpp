//===- SetBatch.cpp - another batch size for a forward graph --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"
#include "llvm/Support/MathExtras.h"

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

private:
  FailureOr<int64_t> samplesOfMicrobatch(GraphOp graph);
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
         (isa<ComputeOpInterface>(op) &&
          !isa<InferTypeOpInterface, LoopOpInterface, ViewOpInterface>(op));
}

namespace {

/// Gives ops the types that follow from those of their operands.
class Inference {
public:
  /// Keeps the types and loops that the graph has before anything changes.
  explicit Inference(GraphOp graph);
  LogicalResult infer(Operation *op);

private:
  LogicalResult inferTypes(InferTypeOpInterface op);
  void inferLoops(LoopOpInterface op);
  LogicalResult inferView(Operation *op);
  ArrayRef<int64_t> shapeBefore(Value value) const {
    return cast<RankedTensorType>(typesBefore.lookup(value)).getShape();
  }

  DenseMap<Value, Type> typesBefore;
  DenseMap<Operation *, LoopNest> loopsBefore;
};

} // namespace

Inference::Inference(GraphOp graph) {
  for (Operation &op : graph.getBody().front()) {
    for (Value result : op.getResults())
      typesBefore[result] = result.getType();
    if (auto loop = dyn_cast<LoopOpInterface>(op))
      loopsBefore[&op] = loop.getLoops();
  }
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static void setShape(Value value, ArrayRef<int64_t> shape) {
  value.setType(cast<RankedTensorType>(value.getType()).clone(shape));
}

LogicalResult Inference::inferTypes(InferTypeOpInterface op) {
  SmallVector<Type> types;
  if (failed(op.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return failure();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    result.setType(type);
  return success();
}

/// A dimension of the loops grows by what an operand's dimension grows that it
/// runs along; and so do the results' dimensions.
void Inference::inferLoops(LoopOpInterface op) {
  const LoopNest &loops = loopsBefore.find(op)->second;
  SmallVector<int64_t> growth(loops.extents.size(), 0);
  for (auto [operand, map] : llvm::zip_equal(op->getOperands(), loops.operands))
    for (auto [index, old, size] : llvm::zip_equal(
             map.getResults(), shapeBefore(operand), shapeOf(operand)))
      for (unsigned dimension = 0; dimension < growth.size(); ++dimension)
        if (index.isFunctionOfDim(dimension))
          growth[dimension] = size - old;
  for (auto [result, map] : llvm::zip_equal(op->getResults(), loops.results)) {
    SmallVector<int64_t> shape(shapeOf(result));
    for (auto [index, size] : llvm::zip_equal(map.getResults(), shape))
      if (auto dimension = dyn_cast<AffineDimExpr>(index))
        size += growth[dimension.getPosition()];
    setShape(result, shape);
  }
}

/// The leading dimension takes up what the operand grows.
LogicalResult Inference::inferView(Operation *op) {
  Value operand = op->getOperand(0), result = op->getResult(0);
  int64_t old = ShapedType::getNumElements(shapeBefore(operand));
  int64_t size = ShapedType::getNumElements(shapeOf(operand));
  SmallVector<int64_t> shape(shapeOf(result));
  if (old == size)
    return success();
  int64_t grown = 0;
  if (shape.empty() || old == 0 ||
      llvm::MulOverflow(shape.front(), size, grown) || grown % old != 0)
    return op->emitError("has a shape into which another batch does not go");
  shape.front() = grown / old;
  setShape(result, shape);
  return success();
}

LogicalResult Inference::infer(Operation *op) {
  if (auto inference = dyn_cast<InferTypeOpInterface>(op))
    return inferTypes(inference);
  if (auto loop = dyn_cast<LoopOpInterface>(op)) {
    inferLoops(loop);
    return success();
  }
  return isa<ViewOpInterface>(op) ? inferView(op) : success();
}

/// Returns how many samples a microbatch has.
FailureOr<int64_t> SetBatchPass::samplesOfMicrobatch(GraphOp graph) {
  int64_t samples = batch;
  for (auto source : graph.getBody().getOps<SourceOpInterface>())
    if (batch == 0 && microbatches > 1)
      samples = shapeOf(source->getResult(0)).front();
  if (microbatches < 1)
    return graph.emitError("microbatches must be at least 1, got ")
           << int64_t(microbatches);
  if (samples < 1)
    return graph.emitError("the batch must be at least 1, got ") << samples;
  if (samples % microbatches != 0)
    return graph.emitError()
           << samples << " samples can't be divided into "
           << int64_t(microbatches) << " microbatches of one size";
  return samples / microbatches;
}

void SetBatchPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::forward},
                          "set the batch before differentiating")))
    return signalPassFailure();
  // What was measured for one batch only is a microbatch.
  if (batch == 0 && microbatches > 1 &&
      llvm::any_of(topologicalOrder(graph), isFixed))
    return;
  FailureOr<int64_t> size = samplesOfMicrobatch(graph);
  if (failed(size))
    return signalPassFailure();
  Inference inference(graph);
  for (Operation *op : topologicalOrder(graph)) {
    if (isFixed(op)) {
      op->emitError("has types and costs for the batch that is written, which "
                    "can't be changed");
      return signalPassFailure();
    }
    if (isa<SourceOpInterface>(op))
      op->getResult(0).setType(withBatch(op->getResult(0).getType(), *size));
    else if (failed(inference.infer(op)))
      return signalPassFailure();
  }
}
