//===- FormTasks.cpp - groups ops into tasks ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

namespace layerpipe {
#define GEN_PASS_DEF_FORMTASKS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {

/// The ops of one task to be, in topological order.
struct Group {
  TaskKind kind;
  int64_t layer;
  SmallVector<Operation *> ops;
};

struct FormTasksPass : public layerpipe::impl::FormTasksBase<FormTasksPass> {
  using FormTasksBase::FormTasksBase;
  void runOnOperation() override;
};

} // namespace

//===----------------------------------------------------------------------===//
// Grouping
//===----------------------------------------------------------------------===//

/// The role whose group an op joins: all backward ops but weight gradients
/// share one group per layer.
static TaskKind groupOf(TaskKind role) {
  if (role == TaskKind::activation_grad || role == TaskKind::grad_input)
    return TaskKind::backward;
  return role;
}

using Groups = llvm::MapVector<std::pair<int64_t, TaskKind>, Group>;

/// With `apart`, gradients of activations that stand before their layer's
/// product keep their role. A cycle through both would lead from the product's
/// group to theirs, so through an op that stands behind the product: there is
/// none.
static FailureOr<Groups> groupByLayerAndRole(GraphOp graph, bool apart) {
  Groups groups;
  llvm::DenseSet<int64_t> withProduct;
  for (Operation *op : topologicalOrder(graph)) {
    auto compute = dyn_cast<ComputeOpInterface>(op);
    if (!compute)
      continue;
    std::optional<int64_t> layer = getLayer(op);
    if (!layer)
      return op->emitError("has no layer: run --layerpipe-differentiate first");
    TaskKind kind = compute.getTaskKind();
    if (kind == TaskKind::grad_input || kind == TaskKind::backward)
      withProduct.insert(*layer);
    if (!apart || kind != TaskKind::activation_grad ||
        withProduct.contains(*layer))
      kind = groupOf(kind);
    Group &group = groups[{*layer, kind}];
    group.kind = kind;
    group.layer = *layer;
    group.ops.push_back(op);
  }
  return groups;
}

static bool hasRole(const Group &group, TaskKind role) {
  return llvm::any_of(group.ops, [&](Operation *op) {
    return cast<ComputeOpInterface>(op).getTaskKind() == role;
  });
}

/// Names the backward groups for what they hold. One without any product joins
/// the weight gradients of its layer: the first layer's, as a rule.
static SmallVector<Group> settleBackward(Groups groups) {
  for (auto &[key, group] : groups) {
    if (group.kind != TaskKind::backward || hasRole(group, TaskKind::backward))
      continue;
    auto weights = groups.find({group.layer, TaskKind::grad_weight});
    if (hasRole(group, TaskKind::grad_input) || weights == groups.end()) {
      group.kind = TaskKind::grad_input;
      continue;
    }
    llvm::append_range(group.ops, weights->second.ops);
    group.kind = TaskKind::grad_weight;
    weights->second.ops.clear();
  }
  SmallVector<Group> settled;
  for (auto &[key, group] : groups)
    if (!group.ops.empty())
      settled.push_back(std::move(group));
  return settled;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// "fc1" for a layer whose first weight is the parameter "fc1.weight".
static std::string layerName(DifferentiableOpInterface op) {
  if (!op.getLayerName().empty())
    return op.getLayerName().str();
  if (op.getWeights().empty())
    return "";
  auto delay = op.getWeights().front().getDefiningOp<DelayOp>();
  auto parameter =
      delay && delay.getInitialParameter()
          ? delay.getInitialParameter().getDefiningOp<ParameterOp>()
          : ParameterOp();
  return parameter ? parameter.getName().rsplit('.').first.str() : "";
}

/// A distinct name per layer, for layers without a named weight "layer3".
static DenseMap<int64_t, std::string> nameLayers(ArrayRef<Group> groups) {
  DenseMap<int64_t, std::string> names;
  llvm::StringSet<> taken;
  for (const Group &group : groups) {
    if (group.kind != TaskKind::forward)
      continue;
    std::string name;
    for (Operation *op : group.ops)
      if (auto forward = dyn_cast<DifferentiableOpInterface>(op);
          forward && name.empty())
        name = layerName(forward);
    if (name.empty())
      name = "layer" + std::to_string(group.layer);
    while (!taken.insert(name).second)
      name += "_" + std::to_string(group.layer);
    names[group.layer] = name;
  }
  return names;
}

//===----------------------------------------------------------------------===//
// Building tasks
//===----------------------------------------------------------------------===//

/// Values that the rest of the graph sees: those read outside the group, and
/// those of ops with effects of their own (losses and updates).
static SmallVector<Value> resultsOf(const Group &group,
                                    const DenseSet<Operation *> &members) {
  SmallVector<Value> results;
  for (Operation *op : group.ops)
    for (Value result : op->getResults()) {
      auto outside = [&](Operation *user) { return !members.contains(user); };
      if (isa<LossOpInterface, StateOpInterface>(op) ||
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
                             group.kind, group.layer, inputs.getArrayRef(), {},
                             {}, {}, {}, {}, {}, {});
  Block &body = task.getBody().emplaceBlock();
  for (auto [result, outer] : llvm::zip_equal(results, task.getResults()))
    result.replaceUsesWithIf(outer, [&](OpOperand &use) {
      return !members.contains(use.getOwner());
    });
  for (Operation *op : group.ops) {
    op->moveBefore(&body, body.end());
    clearLayer(op);
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

void FormTasksPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::training, Phase::pipelined},
                          "run --layerpipe-differentiate first")) ||
      failed(requireNoTasks(graph)))
    return signalPassFailure();
  if (activationGradients != "joined" && activationGradients != "apart") {
    graph.emitError("unknown activation-gradients '")
        << activationGradients << "'; there are joined and apart";
    return signalPassFailure();
  }
  FailureOr<Groups> found =
      groupByLayerAndRole(graph, activationGradients == "apart");
  if (failed(found))
    return signalPassFailure();
  SmallVector<Group> groups = settleBackward(std::move(*found));
  DenseMap<int64_t, std::string> names = nameLayers(groups);
  OpBuilder builder = OpBuilder::atBlockEnd(&graph.getBody().front());
  for (const Group &group : groups) {
    std::string name = stringifyTaskKind(group.kind).str();
    if (group.kind != TaskKind::loss)
      name = names.lookup(group.layer) + "." + name;
    createTask(group, name, builder);
  }
  SmallVector<Operation *> cycle = findDelayFreeCycle(graph);
  if (cycle.empty())
    return;
  auto error = graph.emitError(
      "grouping ops by layer and role would close a cycle without a delay");
  for (Operation *op : cycle)
    error.attachNote(op->getLoc()) << describe(op);
  signalPassFailure();
}
