//===- FormTasks.cpp - groups ops into tasks ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"
#include "layerpipe/Transforms/TaskForming.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

namespace layerpipe {
#define GEN_PASS_DEF_FORMTASKS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {

struct FormTasksPass : public layerpipe::impl::FormTasksBase<FormTasksPass> {
  using FormTasksBase::FormTasksBase;
  void runOnOperation() override;
};

//===----------------------------------------------------------------------===//
// Grouping
//===----------------------------------------------------------------------===//

/// A group holds the ops that will be one task, in topological order.
struct Group {
  TaskKind kind;
  int64_t layer;
  std::optional<int64_t> microbatch;
  SmallVector<Operation *> ops;
};

/// An op belongs to a layer and perhaps to a microbatch, which is −1 where all
/// share the op.
using Place = std::pair<int64_t, int64_t>;

/// These are the roles that a layer's backward holds.
struct BackwardRoles {
  bool backward = false, gradInput = false, gradWeight = false;

  bool hasProduct() const { return backward || gradInput; }
  TaskKind productKind() const {
    return backward ? TaskKind::backward : TaskKind::grad_input;
  }
};

/// Puts the ops of a graph into groups, one for each layer, microbatch and kind
/// of task. No
/// two groups wait for each other where values flow from a layer to later ones
/// and gradients to earlier ones, as --layerpipe-differentiate numbers layers:
///
///   forward 1 → forward 2 → loss → backward 2 → backward 1
///
/// A cycle could then only lie within the backward of one layer, whose groups
/// follow each other, too:
///
///   activation_grad (if apart) → backward or grad_input → grad_weight → update
///
/// This is so because an op that waits for the weights' gradient of its layer
/// joins it, and only ops that stand before the layer's product are kept apart.
/// Microbatches wait for earlier ones only.
class Grouping {
public:
  explicit Grouping(bool apart) : apart(apart) {}

  LogicalResult run(GraphOp graph);

  SmallVector<Group> groups;

private:
  LogicalResult findRoles(ArrayRef<Operation *> order);
  TaskKind kindOf(ComputeOpInterface op, Place place);
  bool waitsForWeights(Operation *op, Place place);
  void append(Operation *op, Place place, TaskKind kind);

  bool apart;
  DenseMap<int64_t, BackwardRoles> roles;
  /// The product of these layers has been passed.
  DenseSet<Place> begun;
  llvm::DenseMap<std::pair<Place, TaskKind>, size_t> indices;
  DenseMap<Operation *, size_t> groupOf;
};

} // namespace

LogicalResult Grouping::findRoles(ArrayRef<Operation *> order) {
  for (Operation *op : order) {
    auto compute = dyn_cast<ComputeOpInterface>(op);
    if (!compute)
      continue;
    std::optional<int64_t> layer = getLayer(op);
    if (!layer)
      return op->emitError("has no layer: run --layerpipe-differentiate first");
    BackwardRoles &own = roles[*layer];
    TaskKind role = compute.getTaskKind();
    own.backward |= role == TaskKind::backward;
    own.gradInput |= role == TaskKind::grad_input;
    own.gradWeight |= role == TaskKind::grad_weight;
  }
  return success();
}

/// Returns whether an operand comes from the group of the layer's weight
/// gradients.
bool Grouping::waitsForWeights(Operation *op, Place place) {
  auto weights = indices.find({place, TaskKind::grad_weight});
  return weights != indices.end() &&
         llvm::any_of(op->getOperands(), [&](Value operand) {
           auto group = groupOf.find(operand.getDefiningOp());
           return group != groupOf.end() && group->second == weights->second;
         });
}

/// Returns the kind of the op's group. All backward ops but weight gradients
/// share one group per layer, named for what it holds. Without any product they
/// join the weight gradients, which happens in the first layer as a rule.
TaskKind Grouping::kindOf(ComputeOpInterface op, Place place) {
  const BackwardRoles &own = roles[place.first];
  TaskKind role = op.getTaskKind();
  if (role == TaskKind::backward || role == TaskKind::grad_input) {
    begun.insert(place);
    return own.productKind();
  }
  // A coupled layer has all of its gradients in one task.
  if (own.backward && op->hasAttr(roleAttribute) &&
      role == TaskKind::grad_weight)
    return TaskKind::backward;
  if (role != TaskKind::activation_grad)
    return role;
  if (waitsForWeights(op, place))
    return TaskKind::grad_weight;
  if (apart && !begun.contains(place))
    return TaskKind::activation_grad;
  return own.gradWeight && !own.hasProduct() ? TaskKind::grad_weight
                                             : own.productKind();
}

void Grouping::append(Operation *op, Place place, TaskKind kind) {
  auto [position, added] = indices.try_emplace({place, kind}, groups.size());
  if (added)
    groups.push_back({kind, place.first, getMicrobatch(op), {}});
  groups[position->second].ops.push_back(op);
  groupOf[op] = position->second;
}

LogicalResult Grouping::run(GraphOp graph) {
  SmallVector<Operation *> order = topologicalOrder(graph);
  if (failed(findRoles(order)))
    return failure();
  for (Operation *op : order)
    if (auto compute = dyn_cast<ComputeOpInterface>(op)) {
      Place place(*getLayer(op), getMicrobatch(op).value_or(-1));
      append(op, place, kindOf(compute, place));
    }
  return success();
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Returns "fc1" for a layer whose first weight is the parameter "fc1.weight",
/// or is computed from it.
static std::string layerName(DifferentiableOpInterface op) {
  if (!op.getLayerName().empty())
    return op.getLayerName().str();
  if (op.getWeights().empty())
    return "";
  Value weight = op.getWeights().front();
  while (auto made = weight.getDefiningOp<DifferentiableOpInterface>())
    weight = made->getOperand(0);
  // A frozen parameter has no delay.
  if (auto delay = weight.getDefiningOp<DelayOp>();
      delay && delay.getInitialParameter())
    weight = delay.getInitialParameter();
  auto parameter = weight.getDefiningOp<ParameterOp>();
  return parameter ? parameter.getName().rsplit('.').first.str() : "";
}

/// Returns the name that the first op of a group has for its layer, or
/// "layer3".
static std::string nameOf(const Group &group) {
  for (Operation *op : group.ops)
    if (auto forward = dyn_cast<DifferentiableOpInterface>(op))
      if (std::string name = layerName(forward); !name.empty())
        return name;
  return "layer" + std::to_string(group.layer);
}

/// Returns a distinct name for each layer, which is that of its forward task
/// where it has one.
static DenseMap<int64_t, std::string> nameLayers(ArrayRef<Group> groups) {
  DenseMap<int64_t, std::string> names;
  llvm::StringSet<> taken;
  auto add = [&](const Group &group) {
    auto [position, added] = names.try_emplace(group.layer);
    if (!added)
      return;
    std::string name = nameOf(group);
    while (!taken.insert(name).second)
      name += "_" + std::to_string(group.layer);
    position->second = name;
  };
  for (const Group &group : groups)
    if (group.kind == TaskKind::forward)
      add(group);
  for (const Group &group : groups)
    if (group.kind != TaskKind::loss)
      add(group);
  return names;
}

/// Returns the last layer that has a loss. Its task is called "loss"; where a
/// network has several, the others are named after their layers.
static std::optional<int64_t> layerOfLoss(ArrayRef<Group> groups) {
  std::optional<int64_t> last;
  for (const Group &group : groups)
    if (group.kind == TaskKind::loss)
      last = std::max(last, std::optional(group.layer));
  return last;
}

//===----------------------------------------------------------------------===//
// Building tasks
//===----------------------------------------------------------------------===//

/// Returns the values that the rest of the graph sees: those read outside the
/// group, and those of ops with effects of their own (losses and updates).
static SmallVector<Value> resultsOf(const Group &group,
                                    const DenseSet<Operation *> &members) {
  SmallVector<Value> results;
  for (Operation *op : group.ops)
    for (Value result : op->getResults()) {
      auto outside = [&](Operation *user) { return !members.contains(user); };
      if (isa<LossOpInterface, TotalLossOp, StateOpInterface>(op) ||
          llvm::any_of(result.getUsers(), outside))
        results.push_back(result);
    }
  return results;
}

static void createTask(const Group &group, StringRef name, OpBuilder &builder) {
  DenseSet<Operation *> members(group.ops.begin(), group.ops.end());
  llvm::SetVector<Value> inputs;
  for (Operation *op : group.ops)
    for (Value operand : op->getOperands())
      if (!members.contains(operand.getDefiningOp()))
        inputs.insert(operand);
  SmallVector<Value> results = resultsOf(group, members);

  Location loc = group.ops.front()->getLoc();
  auto task = TaskOp::create(builder, loc, TypeRange(ValueRange(results)), name,
                             group.kind, group.layer, inputs.getArrayRef());
  if (group.microbatch)
    setMicrobatch(task, *group.microbatch);
  Block &body = task.getBody().emplaceBlock();
  for (auto [result, outer] : llvm::zip_equal(results, task.getResults()))
    result.replaceUsesWithIf(outer, [&](OpOperand &use) {
      return !members.contains(use.getOwner());
    });
  for (Operation *op : group.ops) {
    op->moveBefore(&body, body.end());
    clearLayer(op);
    clearMicrobatch(op);
  }
  for (Value input : inputs) {
    BlockArgument argument = body.addArgument(input.getType(), input.getLoc());
    input.replaceUsesWithIf(argument, [&](OpOperand &use) {
      return members.contains(use.getOwner());
    });
  }
  OpBuilder inside = OpBuilder::atBlockEnd(&body);
  YieldOp::create(inside, loc, results);
}

LogicalResult layerpipe::formTasks(GraphOp graph,
                                   bool activationGradientsApart) {
  if (failed(requirePhase(graph, {Phase::training, Phase::pipelined},
                          "form tasks between differentiate and schedule")) ||
      failed(requireNoTasks(graph)))
    return failure();
  Grouping grouping(activationGradientsApart);
  if (failed(grouping.run(graph)))
    return failure();
  ArrayRef<Group> groups = grouping.groups;
  DenseMap<int64_t, std::string> names = nameLayers(groups);
  std::optional<int64_t> lossLayer = layerOfLoss(groups);
  OpBuilder builder = OpBuilder::atBlockEnd(&graph.getBody().front());
  for (const Group &group : groups) {
    std::string name;
    if (group.kind != TaskKind::loss || group.layer != lossLayer)
      name = names.lookup(group.layer) + ".";
    name += stringifyTaskKind(group.kind);
    if (group.microbatch)
      name += "@" + std::to_string(*group.microbatch);
    createTask(group, name, builder);
  }
  SmallVector<Operation *> cycle = findDelayFreeCycle(graph);
  if (cycle.empty())
    return success();
  auto error = graph.emitError(
      "grouping ops by layer and role would close a cycle without a delay");
  for (Operation *op : cycle)
    error.attachNote(op->getLoc()) << describe(op);
  return error;
}

void FormTasksPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (activationGradients != "joined" && activationGradients != "apart") {
    graph.emitError("unknown activation-gradients '")
        << activationGradients << "'; there are joined and apart";
    return signalPassFailure();
  }
  if (failed(formTasks(graph, activationGradients == "apart")))
    signalPassFailure();
}
