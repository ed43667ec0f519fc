//===- Differentiate.cpp - from the forward graph to the training graph ---===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {

/// Reverse-mode differentiation of one graph.
class Differentiator {
public:
  explicit Differentiator(GraphOp graph)
      : graph(graph), order(topologicalOrder(graph)),
        builder(OpBuilder::atBlockEnd(&graph.getBody().front())) {}

  /// Numbers the layers and creates all gradients.
  LogicalResult run();

  /// The gradient with respect to a parameter; null if the loss does not
  /// depend on it.
  Value gradientOf(Value parameter) const {
    return gradients.lookup(parameter);
  }

private:
  LogicalResult findLoss();
  void numberLayers();
  void markNeeded();
  void differentiate(DifferentiableOpInterface op);
  void addGradient(Value value, Value gradient, int64_t layer);

  GraphOp graph;
  SmallVector<Operation *> order;
  OpBuilder builder;
  LossOpInterface loss;
  DenseSet<Value> needed;
  DenseMap<Value, Value> gradients;
};

struct DifferentiatePass
    : public layerpipe::impl::DifferentiateBase<DifferentiatePass> {
  using DifferentiateBase::DifferentiateBase;
  void runOnOperation() override;

private:
  LogicalResult checkOptions(GraphOp graph);
  void createUpdate(ParameterOp parameter, Value gradient);
};

} // namespace

LogicalResult Differentiator::findLoss() {
  for (Operation *op : order) {
    auto candidate = dyn_cast<LossOpInterface>(op);
    if (!candidate)
      continue;
    if (loss) {
      auto error =
          op->emitError("a second loss; add the losses up or keep one");
      error.attachNote(loss->getLoc()) << "the first is here";
      return error;
    }
    loss = candidate;
  }
  if (!loss)
    return graph.emitError("'") << graph.getSymName()
                                << "' has no loss to differentiate, such as "
                                   "layerpipe.softmax_cross_entropy";
  return success();
}

/// An op with weights begins a layer, and others that say so; another belongs
/// to the latest layer that it depends on, or to the first. So a layer depends
/// on no later one.
void Differentiator::numberLayers() {
  DenseMap<Operation *, int64_t> layers;
  int64_t count = 0;
  for (Operation *op : order) {
    int64_t layer = 0;
    for (Value operand : op->getOperands())
      layer = std::max(layer, layers.lookup(operand.getDefiningOp()));
    auto forward = dyn_cast<DifferentiableOpInterface>(op);
    if (forward && forward.beginsLayer())
      layer = ++count;
    layers[op] = layer;
    if (isa<ComputeOpInterface>(op))
      setLayer(op, std::max<int64_t>(layer, 1));
  }
}

/// A value needs a gradient if a parameter influences it.
void Differentiator::markNeeded() {
  for (Operation *op : order) {
    auto influences = [&](Value operand) { return needed.contains(operand); };
    if (isa<ParameterOp>(op) || llvm::any_of(op->getOperands(), influences))
      needed.insert_range(op->getResults());
  }
}

void Differentiator::addGradient(Value value, Value gradient, int64_t layer) {
  Value &sum = gradients[value];
  if (!sum) {
    sum = gradient;
    return;
  }
  auto add =
      AccumulateOp::create(builder, gradient.getLoc(), sum.getType(), sum,
                           gradient, bool(value.getDefiningOp<ParameterOp>()));
  setLayer(add, layer);
  sum = add;
}

void Differentiator::differentiate(DifferentiableOpInterface op) {
  Value gradient = gradients.lookup(op->getResult(0));
  if (!gradient)
    return;
  auto isNeeded = [&](Value operand) { return needed.contains(operand); };
  SmallVector<bool> wanted(llvm::map_range(op->getOperands(), isNeeded));
  SmallVector<Value> operandGradients(op->getNumOperands());
  Operation *last = &builder.getBlock()->back();
  op.buildBackward(builder, gradient, wanted, operandGradients);

  int64_t layer = *getLayer(op);
  for (Operation *created = last->getNextNode(); created;
       created = created->getNextNode())
    setLayer(created, layer);
  for (auto [operand, operandGradient, want] :
       llvm::zip_equal(op->getOperands(), operandGradients, wanted))
    if (want)
      addGradient(operand, operandGradient, layer);
}

LogicalResult Differentiator::run() {
  if (failed(findLoss()))
    return failure();
  numberLayers();
  markNeeded();
  if (!needed.contains(loss.getPrediction()))
    return loss.emitError("no parameter influences what this loss compares");
  Value gradient = loss.buildGradient(builder);
  setLayer(gradient.getDefiningOp(), *getLayer(loss));
  addGradient(loss.getPrediction(), gradient, *getLayer(loss));
  for (Operation *op : llvm::reverse(order))
    if (auto forward = dyn_cast<DifferentiableOpInterface>(op))
      differentiate(forward);
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

LogicalResult DifferentiatePass::checkOptions(GraphOp graph) {
  if (optimizer != "sgd" && optimizer != "momentum")
    return graph.emitError("unknown optimizer '")
           << optimizer << "'; there are sgd and momentum";
  if (failed(requireWithin<double>(graph, "lr", learningRate,
                                   limits::learningRate)) ||
      failed(
          requireWithin<double>(graph, "momentum", momentum, limits::momentum)))
    return failure();
  return requireWithin<double>(graph, "weight-decay", weightDecay,
                               limits::weightDecay);
}

/// Closes the cycle of one parameter: update, delay, and whoever read it.
void DifferentiatePass::createUpdate(ParameterOp parameter, Value gradient) {
  Value initial = parameter.getResult();
  Operation *reader = *initial.getUsers().begin();
  for (Operation *user : initial.getUsers())
    if (getLayer(user).value_or(INT64_MAX) <
        getLayer(reader).value_or(INT64_MAX))
      reader = user;
  int64_t layer = getLayer(reader).value_or(1);

  Location loc = parameter.getLoc();
  OpBuilder builder(parameter->getContext());
  builder.setInsertionPointAfter(parameter);
  // The delays' inputs are set below, once the update exists.
  auto weight = DelayOp::create(builder, loc, initial.getType(), initial, 1,
                                initial, {}, false);
  initial.replaceUsesWithIf(
      weight, [&](OpOperand &use) { return use.getOwner() != weight; });

  builder.setInsertionPointToEnd(parameter->getBlock());
  FloatAttr rate = builder.getF32FloatAttr(learningRate);
  FloatAttr decay = builder.getF32FloatAttr(weightDecay);
  if (optimizer == "sgd") {
    auto update = SgdOp::create(builder, loc, weight, gradient, rate, decay);
    setLayer(update, layer);
    weight.getInputMutable().assign(update);
    return;
  }
  OpBuilder afterWeight(weight->getContext());
  afterWeight.setInsertionPointAfter(weight);
  auto velocity =
      DelayOp::create(afterWeight, loc, initial.getType(), initial, 1, Value(),
                      builder.getF32FloatAttr(0.0f), false);
  auto update =
      SgdMomentumOp::create(builder, loc, weight, velocity, gradient, rate,
                            builder.getF32FloatAttr(momentum), decay);
  setLayer(update, layer);
  weight.getInputMutable().assign(update.getResult());
  velocity.getInputMutable().assign(update.getNewVelocity());
}

void DifferentiatePass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::forward},
                          "it is differentiated already")) ||
      failed(checkOptions(graph)))
    return signalPassFailure();
  Differentiator differentiator(graph);
  if (failed(differentiator.run()))
    return signalPassFailure();

  SmallVector<ParameterOp> parameters(graph.getBody().getOps<ParameterOp>());
  for (ParameterOp parameter : parameters) {
    if (!differentiator.gradientOf(parameter)) {
      parameter.emitError("parameter '")
          << parameter.getName() << "' does not influence the loss; remove it";
      return signalPassFailure();
    }
  }
  for (ParameterOp parameter : parameters)
    createUpdate(parameter, differentiator.gradientOf(parameter));
  graph.setPhase(Phase::training);
}
