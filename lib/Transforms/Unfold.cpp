//===- Unfold.cpp - several microbatches and one update -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The graph of one iteration is repeated for each microbatch, but for the
// optimizers and the norms of gradients, which get the sums of the
// microbatches' gradients.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Phases.h"
#include "layerpipe/Transforms/OptionLimits.h"
#include "layerpipe/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"

namespace layerpipe {
#define GEN_PASS_DEF_UNFOLD
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {

struct UnfoldPass : public layerpipe::impl::UnfoldBase<UnfoldPass> {
  using UnfoldBase::UnfoldBase;
  void runOnOperation() override;
};

/// Unfolds one graph of phase training without tasks.
class Unfolding {
public:
  Unfolding(GraphOp graph, int64_t microbatches)
      : graph(graph), microbatches(microbatches),
        builder(OpBuilder::atBlockEnd(&graph.getBody().front())) {}

  LogicalResult run();

private:
  LogicalResult check();
  void enlarge(SourceOpInterface source);
  Value sliceFor(Operation *reader, Value stream, int64_t microbatch);
  LogicalResult cloneInto(Operation *op, int64_t microbatch);
  void addDraws(RandomOpInterface op, int64_t microbatch);
  FailureOr<double> joinParts(BatchLossOpInterface op, Operation *copy);
  Value scaled(Value value, double factor, Operation *like);
  void addTotal();
  Value sumOf(Value gradient);
  void sumGradients(Operation *reader);
  void removeOriginals();

  GraphOp graph;
  int64_t microbatches;
  OpBuilder builder;
  /// These are repeated, in topological order.
  SmallVector<Operation *> repeated;
  /// All microbatches have one of each of these.
  SmallVector<Operation *> shared;
  SmallVector<LossOpInterface> losses;
  /// The sum of several losses, where there are several.
  TotalLossOp total;
  /// The loss of a microbatch counts so much in that of all.
  DenseMap<Operation *, double> factors;
  /// Streams have these samples in one microbatch.
  DenseMap<Value, int64_t> samples;
  /// Each microbatch has its values here.
  SmallVector<IRMapping> copies;
  /// Gradients have their sums over all microbatches here.
  DenseMap<Value, Value> sums;
};

} // namespace

/// Returns whether the op works on whole gradients: an optimizer, or what
/// clips its gradient.
static bool isShared(Operation *op) {
  auto compute = dyn_cast<ComputeOpInterface>(op);
  return compute && (compute.getTaskKind() == TaskKind::update ||
                     compute.getTaskKind() == TaskKind::norm);
}

/// Collects the ops. Fails where the graph has delays besides those of states,
/// or has been unfolded before.
LogicalResult Unfolding::check() {
  for (Operation *op : topologicalOrder(graph)) {
    if (getMicrobatch(op))
      return op->emitError("belongs to a microbatch: the graph is unfolded");
    if (isShared(op)) {
      shared.push_back(op);
    } else if (auto delay = dyn_cast<DelayOp>(op)) {
      if (!delay.getInput().getDefiningOp<StateOpInterface>())
        return delay.emitError("delays no state: unfold a graph before "
                               "--layerpipe-delay-gradients");
    } else if (auto sum = dyn_cast<TotalLossOp>(op)) {
      total = sum;
    } else if (isa<ComputeOpInterface>(op)) {
      repeated.push_back(op);
      if (auto loss = dyn_cast<LossOpInterface>(op))
        losses.push_back(loss);
    }
  }
  return success();
}

/// Lets a stream have the samples of all microbatches. One of measured bytes
/// stays as it is: no program is made of layers that are known by their costs
/// only, so each microbatch may read all of it.
void Unfolding::enlarge(SourceOpInterface source) {
  Value stream = source->getResult(0);
  auto type = cast<RankedTensorType>(stream.getType());
  if (isMeasured(type))
    return;
  SmallVector<int64_t> shape(type.getShape());
  samples[stream] = shape.front();
  shape.front() *= microbatches;
  stream.setType(type.clone(shape));
}

/// Returns the part of a stream that a microbatch's copy of `reader` reads. It
/// belongs to the reader's task, which can read it in its place.
Value Unfolding::sliceFor(Operation *reader, Value stream, int64_t microbatch) {
  int64_t size = samples.lookup(stream);
  auto slice = SliceOp::create(builder, reader->getLoc(), stream,
                               /*dimension=*/0, microbatch * size,
                               (microbatch + 1) * size, microbatches * size);
  setLayer(slice, *getLayer(reader));
  setMicrobatch(slice, microbatch);
  switch (TaskKind kind = cast<ComputeOpInterface>(reader).getTaskKind()) {
  case TaskKind::forward:
    break;
  case TaskKind::loss:
  case TaskKind::activation_grad:
    setRole(slice, kind);
    break;
  case TaskKind::grad_input:
    setRole(slice, TaskKind::activation_grad);
    break;
  default:
    setRole(slice, TaskKind::grad_weight);
  }
  return slice;
}

/// Lets the copy of a microbatch draw what its samples would draw in a batch of
/// all.
void Unfolding::addDraws(RandomOpInterface op, int64_t microbatch) {
  LinearAccess draws = op.getDraws();
  if (draws.strides.empty())
    return;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  draws.offset += draws.strides.front() * type.getDimSize(0) * microbatch;
  op.setDraws(draws);
}

/// Makes the copy of a loss, or of its gradient, that of a part of the batch.
/// Returns how much the part counts. Fails where the whole batch's target is no
/// stream.
FailureOr<double> Unfolding::joinParts(BatchLossOpInterface op,
                                       Operation *copy) {
  Value whole = op.getTarget();
  while (auto view = whole.getDefiningOp<ViewOpInterface>())
    whole = view->getOperand(0);
  double factor =
      cast<BatchLossOpInterface>(copy).joinParts(microbatches, whole);
  if (llvm::is_contained(copy->getOperands(), whole) &&
      !whole.getDefiningOp<SourceOpInterface>())
    return op->emitError("counts labels that are no stream, so those of all "
                         "microbatches can't be counted");
  return factor;
}

/// Returns the share of one microbatch in the sum of all. Measured values have
/// no elements.
Value Unfolding::scaled(Value value, double factor, Operation *like) {
  if (isMeasured(value.getType()) || factor == 1.0)
    return value;
  auto scale = ScaleOp::create(builder, like->getLoc(), value,
                               builder.getF64FloatAttr(factor));
  scale->setDiscardableAttrs(like->getDiscardableAttrDictionary());
  setRole(scale, TaskKind::loss);
  return scale;
}

LogicalResult Unfolding::cloneInto(Operation *op, int64_t microbatch) {
  IRMapping &mapping = copies[microbatch];
  IRMapping own;
  for (Value operand : op->getOperands())
    own.map(operand, samples.contains(operand)
                         ? sliceFor(op, operand, microbatch)
                         : mapping.lookupOrDefault(operand));
  // Statistics pass from one microbatch to the next.
  auto state = dyn_cast<StateOpInterface>(op);
  if (state && microbatch > 0)
    for (unsigned index = 0; index < state.getNumStates(); ++index)
      own.map(op->getOperand(index),
              copies[microbatch - 1].lookup(op->getResult(index)));
  Operation *copy = builder.clone(*op, own);
  setMicrobatch(copy, microbatch);
  if (auto random = dyn_cast<RandomOpInterface>(copy))
    addDraws(random, microbatch);
  double factor = 1.0;
  if (auto loss = dyn_cast<BatchLossOpInterface>(op)) {
    FailureOr<double> own = joinParts(loss, copy);
    if (failed(own))
      return failure();
    factors[op] = *own;
    factor = isa<LossOpInterface>(op) ? 1.0 : *own;
  }
  for (auto [result, made] :
       llvm::zip_equal(op->getResults(), copy->getResults()))
    mapping.map(result, scaled(made, factor, copy));
  return success();
}

/// Adds up the microbatches' losses.
void Unfolding::addTotal() {
  SmallVector<Value> parts;
  SmallVector<double> weights;
  LossOpInterface last;
  auto add = [&](LossOpInterface loss, double weight) {
    for (const IRMapping &mapping : copies) {
      parts.push_back(mapping.lookup(loss->getResult(0)));
      weights.push_back(weight * factors.lookup(loss));
    }
    last = loss;
  };
  if (total)
    for (auto [loss, weight] :
         llvm::zip_equal(total.getLosses(), total.getWeights()))
      add(loss.getDefiningOp<LossOpInterface>(), weight);
  else
    add(losses.front(), 1.0);
  Operation *whole = total ? total.getOperation() : last.getOperation();
  auto sum = TotalLossOp::create(builder, whole->getLoc(),
                                 whole->getResult(0).getType(), parts, weights);
  setLayer(sum, *getLayer(whole));
  if (total)
    total.erase();
}

/// Returns the sum of the microbatches' gradients, added in their order. Each
/// sum belongs to the gradient that is added.
Value Unfolding::sumOf(Value gradient) {
  if (Value known = sums.lookup(gradient))
    return known;
  int64_t layer = *getLayer(gradient.getDefiningOp());
  Value sum = copies[0].lookup(gradient);
  for (int64_t microbatch = 1; microbatch < microbatches; ++microbatch) {
    Value own = copies[microbatch].lookup(gradient);
    auto add = AccumulateOp::create(builder, gradient.getLoc(), sum.getType(),
                                    sum, own, /*of_weights=*/true);
    setLayer(add, layer);
    setMicrobatch(add, microbatch);
    // Gradients of a shared weight are summed in a task of their own, and all
    // others where they are made.
    if (!isa<AccumulateOp>(gradient.getDefiningOp()))
      setRole(add, TaskKind::grad_weight);
    sum = add;
  }
  return sums[gradient] = sum;
}

/// Gives an op that all microbatches share the sums of what they make.
void Unfolding::sumGradients(Operation *reader) {
  for (OpOperand &operand : reader->getOpOperands())
    if (copies[0].contains(operand.get()))
      operand.set(sumOf(operand.get()));
  reader->moveBefore(builder.getBlock(), builder.getBlock()->end());
}

/// Lets delays carry the states that the last microbatch leaves, and removes
/// the ops that have been repeated.
void Unfolding::removeOriginals() {
  for (Operation *op : repeated)
    for (OpResult result : op->getResults())
      result.replaceUsesWithIf(
          copies.back().lookup(result),
          [](OpOperand &use) { return isa<DelayOp>(use.getOwner()); });
  for (Operation *op : llvm::reverse(repeated))
    op->erase();
}

LogicalResult Unfolding::run() {
  if (failed(check()))
    return failure();
  for (auto source : graph.getBody().getOps<SourceOpInterface>())
    enlarge(source);
  copies.resize(microbatches);
  for (int64_t microbatch = 0; microbatch < microbatches; ++microbatch)
    for (Operation *op : repeated)
      if (failed(cloneInto(op, microbatch)))
        return failure();
  addTotal();
  for (Operation *reader : shared)
    sumGradients(reader);
  removeOriginals();
  return success();
}

void UnfoldPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requireWithin<int64_t>(graph, "microbatches", microbatches,
                                    limits::microbatches)) ||
      failed(requirePhase(graph, {Phase::training},
                          "unfold between differentiate and form-tasks")) ||
      failed(requireNoTasks(graph)) ||
      failed(Unfolding(graph, microbatches).run()))
    signalPassFailure();
}
