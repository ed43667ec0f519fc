//===- Differentiate.cpp - from the forward graph to the training graph ---===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClipGradients.h"
#include "Decompose.h"
#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Phases.h"
#include "StateCycles.h"
#include "TrainedLosses.h"
#include "UpdateChoice.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {

/// This differentiates one graph in reverse mode.
class Differentiator {
public:
  explicit Differentiator(GraphOp graph)
      : graph(graph), order(topologicalOrder(graph)),
        builder(OpBuilder::atBlockEnd(&graph.getBody().front())) {}

  /// Numbers the layers and creates all gradients.
  LogicalResult run();

  /// Returns the gradient with respect to a parameter, or null if the loss does
  /// not depend on it.
  Value gradientOf(Value parameter) const {
    return gradients.lookup(parameter);
  }

private:
  LogicalResult checkLoss(LossOpInterface loss);
  void startGradients();
  void placeTargets();
  void numberLayers();
  void placeBeforeLayers(DenseMap<Operation *, int64_t> &layers);
  void markNeeded();
  void differentiate(DifferentiableOpInterface op);
  void setRoles(Operation *before, DifferentiableOpInterface op,
                ArrayRef<Value> operandGradients);
  void addGradient(Value value, Value gradient);

  GraphOp graph;
  SmallVector<Operation *> order;
  OpBuilder builder;
  TrainedLosses trained;
  DenseSet<Value> needed;
  /// These values depend on data, and so on the iteration. What depends on
  /// parameters only is a weight.
  DenseSet<Value> data;
  /// Each value has the gradient that is known so far.
  DenseMap<Value, Value> gradients;
};

struct DifferentiatePass
    : public layerpipe::impl::DifferentiateBase<DifferentiatePass> {
  using DifferentiateBase::DifferentiateBase;
  void runOnOperation() override;

private:
  FailureOr<SmallVector<ParameterOp>>
  findTrained(GraphOp graph, const Differentiator &differentiator);
  LogicalResult createUpdate(const ParameterGradient &of, UpdateChoice &choice);
};

} // namespace

/// Checks that nothing is computed from a loss, where training starts, and that
/// a parameter influences it.
LogicalResult Differentiator::checkLoss(LossOpInterface loss) {
  SmallVector<Operation *> readers(loss->getUsers());
  if (trained.total)
    llvm::append_range(readers, trained.total->getUsers());
  for (Operation *reader : readers) {
    if (reader == trained.total)
      continue;
    auto error = reader->emitError("reads the loss, but a network trains on "
                                   "the loss itself; nothing may be computed "
                                   "from it");
    error.attachNote(loss->getLoc()) << "the loss is here";
    return error;
  }
  if (!needed.contains(loss.getPrediction()))
    return loss.emitError("no parameter influences what this loss compares");
  if (needed.contains(loss.getTarget()))
    return loss.emitError(
        "a parameter influences the target of this loss; the gradient goes to "
        "what is predicted, so the target must depend on data only");
  return success();
}

/// Creates the gradients of all losses with respect to what they compare, each
/// times the weight that its loss has.
void Differentiator::startGradients() {
  for (auto [index, loss] : llvm::enumerate(trained.losses)) {
    if (index > 0)
      loss->setAttr(auxiliaryAttribute, builder.getUnitAttr());
    Value gradient = loss.buildGradient(builder);
    setLayer(gradient.getDefiningOp(), *getLayer(loss));
    double weight = trained.total ? trained.total.getWeights()[index] : 1.0;
    if (weight != 1.0) {
      gradient = ScaleOp::create(builder, loss.getLoc(), gradient,
                                 builder.getF64FloatAttr(weight));
      setLayer(gradient.getDefiningOp(), *getLayer(loss));
      setRole(gradient.getDefiningOp(), TaskKind::loss);
    }
    addGradient(loss.getPrediction(), gradient);
  }
}

/// Numbers the layers. An op with weights begins a layer, and so does another
/// op that says so. Any other op belongs to the latest layer that it depends
/// on. An op that depends on no layer, such as the activation of a parameter,
/// belongs to the earliest layer that reads it. Values therefore flow from a
/// layer to itself and to later ones only:
///
///   linear → tanh → linear → relu → loss
///   1        1      2        2      2
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
  }
  placeBeforeLayers(layers);
  for (Operation *op : order)
    if (isa<ComputeOpInterface>(op))
      setLayer(op, layers[op]);
}

/// Gives every op of layer 0 the earliest layer of its readers. An op that
/// nothing reads, and the loss, get layer 1.
void Differentiator::placeBeforeLayers(DenseMap<Operation *, int64_t> &layers) {
  for (Operation *op : llvm::reverse(order)) {
    int64_t &layer = layers[op];
    if (layer != 0)
      continue;
    layer = INT64_MAX;
    for (Operation *reader : op->getUsers())
      layer = std::min(layer, layers.lookup(reader));
    if (op->use_empty())
      layer = 1;
  }
}

/// Marks the values that need a gradient, which are those that a parameter
/// influences.
void Differentiator::markNeeded() {
  for (Operation *op : order) {
    auto influences = [&](Value operand) { return needed.contains(operand); };
    auto isData = [&](Value operand) { return data.contains(operand); };
    if (isa<ParameterOp>(op) || (isa<DifferentiableOpInterface>(op) &&
                                 llvm::any_of(op->getOperands(), influences)))
      needed.insert_range(op->getResults());
    if (isa<SourceOpInterface>(op) || llvm::any_of(op->getOperands(), isData))
      data.insert_range(op->getResults());
  }
}

/// Adds a gradient to those of the value. The sum belongs to the earliest layer
/// whose backward makes one of them, so that gradients flow from a layer to
/// itself and to earlier ones only.
void Differentiator::addGradient(Value value, Value gradient) {
  Value &sum = gradients[value];
  if (!sum) {
    sum = gradient;
    return;
  }
  int64_t layer = std::min(*getLayer(sum.getDefiningOp()),
                           *getLayer(gradient.getDefiningOp()));
  auto add =
      AccumulateOp::create(builder, gradient.getLoc(), sum.getType(), sum,
                           gradient, bool(value.getDefiningOp<ParameterOp>()));
  setLayer(add, layer);
  sum = add;
}

/// Tells the role of each op behind `before` that may have several: it is part
/// of an activation's gradient where such a gradient depends on it, and else of
/// the gradients of weights.
void Differentiator::setRoles(Operation *before, DifferentiableOpInterface op,
                              ArrayRef<Value> operandGradients) {
  DenseSet<Operation *> ofActivations;
  for (auto [operand, gradient] :
       llvm::zip_equal(op->getOperands(), operandGradients))
    if (gradient && data.contains(operand))
      ofActivations.insert(gradient.getDefiningOp());
  for (Operation *created = &builder.getBlock()->back(); created != before;
       created = created->getPrevNode()) {
    bool ofActivation = ofActivations.contains(created);
    if (ofActivation)
      for (Value operand : created->getOperands())
        ofActivations.insert(operand.getDefiningOp());
    auto compute = dyn_cast<ComputeOpInterface>(created);
    if (compute && compute.getTaskKind() == TaskKind::forward)
      setRole(created,
              ofActivation ? TaskKind::activation_grad : TaskKind::grad_weight);
  }
}

/// Lets slices and other shapes of data that only a loss reads be part of its
/// task, which then reads labels where the host puts them.
void Differentiator::placeTargets() {
  for (Operation *op : llvm::reverse(order)) {
    if (!isa<ViewOpInterface, CopyOpInterface>(op) ||
        needed.contains(op->getResult(0)) || op->use_empty())
      continue;
    auto servesLoss = [&](Operation *user) {
      auto compute = dyn_cast<ComputeOpInterface>(user);
      return compute && compute.getTaskKind() == TaskKind::loss &&
             getLayer(user) == getLayer(op);
    };
    if (!llvm::all_of(op->getUsers(), servesLoss))
      continue;
    setRole(op, TaskKind::loss);
    // Some ops have one role only.
    if (cast<ComputeOpInterface>(op).getTaskKind() != TaskKind::loss)
      op->removeAttr(roleAttribute);
  }
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

  setRoles(last, op, operandGradients);
  int64_t layer = *getLayer(op);
  for (Operation *created = last->getNextNode(); created;
       created = created->getNextNode())
    setLayer(created, layer);
  for (auto [operand, operandGradient, want] :
       llvm::zip_equal(op->getOperands(), operandGradients, wanted))
    if (want && operandGradient)
      addGradient(operand, operandGradient);
}

LogicalResult Differentiator::run() {
  FailureOr<TrainedLosses> found = findTrainedLosses(graph, order);
  if (failed(found))
    return failure();
  trained = std::move(*found);
  markNeeded();
  for (LossOpInterface loss : trained.losses)
    if (failed(checkLoss(loss)))
      return failure();
  numberLayers();
  startGradients();
  placeTargets();
  for (Operation *op : llvm::reverse(order))
    if (auto forward = dyn_cast<DifferentiableOpInterface>(op))
      differentiate(forward);
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Returns the first layer that reads the parameter.
static int64_t firstLayer(ParameterOp parameter) {
  int64_t first = INT64_MAX;
  for (Operation *reader : parameter->getUsers())
    first = std::min(first, getLayer(reader).value_or(INT64_MAX));
  return first == INT64_MAX ? 1 : first;
}

/// Closes the cycle of one parameter: update, delay, and all readers of the
/// parameter.
LogicalResult DifferentiatePass::createUpdate(const ParameterGradient &of,
                                              UpdateChoice &choice) {
  ParameterOp parameter = of.parameter;
  Value initial = parameter.getResult();
  Location loc = parameter.getLoc();
  SmallVector<DelayOp> states{createStateDelay(parameter)};
  OpBuilder builder(parameter->getContext());
  builder.setInsertionPointAfter(states.front());
  // The delays' inputs are set below, once the update exists.
  for (unsigned extra = 0; extra < choice.extraStates(); ++extra)
    states.push_back(DelayOp::create(builder, loc, initial, 1,
                                     builder.getF32FloatAttr(0.0f)));

  builder.setInsertionPointToEnd(parameter->getBlock());
  FailureOr<Operation *> update = choice.createUpdate(
      builder, parameter, SmallVector<Value>(states.begin(), states.end()),
      of.gradient);
  if (failed(update))
    return failure();
  setLayer(*update, of.layer);
  for (auto [state, next] : llvm::zip_equal(states, (*update)->getResults()))
    state.getInputMutable().assign(next);
  return success();
}

/// Returns whether no gradient is wanted of the parameter: all of its readers
/// detach it.
static bool isFrozen(ParameterOp parameter) {
  return !parameter->use_empty() &&
         llvm::all_of(parameter->getUsers(), [](Operation *user) {
           return isa<DetachOp>(user) && !user->use_empty();
         });
}

static LogicalResult checkStatistic(ParameterOp parameter,
                                    StateOpInterface owner,
                                    const Differentiator &differentiator) {
  if (!differentiator.gradientOf(parameter))
    return success();
  auto error = parameter.emitError("parameter '")
               << parameter.getName()
               << "' is a statistic, which can't be trained; detach it where "
                  "the network computes with it";
  error.attachNote(owner->getLoc()) << "this op keeps the statistic";
  return error;
}

/// Returns the parameters that optimizers update. The others are statistics or
/// frozen. Fails with an error at a parameter that has no effect.
FailureOr<SmallVector<ParameterOp>>
DifferentiatePass::findTrained(GraphOp graph,
                               const Differentiator &differentiator) {
  SmallVector<ParameterOp> trained;
  for (auto parameter : graph.getBody().getOps<ParameterOp>()) {
    if (StateOpInterface owner = statisticsOf(parameter)) {
      if (failed(checkStatistic(parameter, owner, differentiator)))
        return failure();
    } else if (differentiator.gradientOf(parameter)) {
      trained.push_back(parameter);
    } else if (!isFrozen(parameter)) {
      return parameter.emitError("parameter '")
             << parameter.getName()
             << "' does not influence the loss; remove it";
    }
  }
  return trained;
}

/// Puts operands in the place of detach ops, which tell only differentiation
/// something. A task would copy a frozen parameter for its readers.
static void removeDetachOps(GraphOp graph) {
  for (auto op :
       llvm::make_early_inc_range(graph.getBody().getOps<DetachOp>())) {
    op.getResult().replaceAllUsesWith(op.getX());
    op->erase();
  }
}

void DifferentiatePass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::forward},
                          "it is differentiated already")))
    return signalPassFailure();
  FailureOr<UpdateChoice> choice = UpdateChoice::create(
      graph, optimizer, learningRate, llvm::to_vector(coefficients),
      llvm::to_vector(noDecay));
  if (failed(choice))
    return signalPassFailure();
  decompose(graph);
  Differentiator differentiator(graph);
  if (failed(differentiator.run()))
    return signalPassFailure();

  FailureOr<SmallVector<ParameterOp>> trained =
      findTrained(graph, differentiator);
  if (failed(trained))
    return signalPassFailure();
  removeDetachOps(graph);
  closeStatisticCycles(graph);
  SmallVector<ParameterGradient> gradients;
  for (ParameterOp parameter : *trained)
    gradients.push_back({parameter, differentiator.gradientOf(parameter),
                         firstLayer(parameter)});
  if (failed(clipGradients(graph, clipNorm, gradients)))
    return signalPassFailure();
  for (const ParameterGradient &gradient : gradients)
    if (failed(createUpdate(gradient, *choice)))
      return signalPassFailure();
  if (failed(choice->checkAllUsed(graph)))
    return signalPassFailure();
  graph.setPhase(Phase::training);
}
