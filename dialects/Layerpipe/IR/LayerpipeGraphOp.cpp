//===- LayerpipeGraphOp.cpp - The rules of a graph ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Layerpipe/IR/LayerpipeLimits.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

using namespace mlir;
using namespace layerpipe;

/// Checks rule G1.
static LogicalResult verifyCyclesHaveDelays(GraphOp graph) {
  SmallVector<Operation *> cycle = findDelayFreeCycle(graph);
  if (cycle.empty())
    return success();
  auto error =
      cycle.front()->emitOpError("G1: lies on a cycle without a delay; every "
                                 "cycle needs a layerpipe.delay");
  for (auto [index, op] : llvm::enumerate(cycle)) {
    Operation *next = cycle[(index + 1) % cycle.size()];
    error.attachNote(op->getLoc())
        << describe(op) << " is read by " << describe(next);
  }
  return error;
}

/// Returns whether an op is part of what a user writes. Gradients are not, and
/// some ops of no gradient are, such as comparisons.
static bool isForward(Operation &op) {
  if (isa<SourceOpInterface, ParameterOp, LossOpInterface, TotalLossOp,
          DifferentiableOpInterface, CompositeOpInterface>(op))
    return true;
  auto compute = dyn_cast<ComputeOpInterface>(op);
  return compute && isa<LoopOpInterface, ViewOpInterface>(op) &&
         compute.getTaskKind() == TaskKind::forward;
}

/// Returns the operands of a forward op that are its states.
static OperandRange statesOf(Operation &op) {
  if (auto composite = dyn_cast<CompositeOpInterface>(op))
    return composite.getStates();
  auto state = dyn_cast<StateOpInterface>(op);
  return op.getOperands().take_front(state ? state.getNumStates() : 0);
}

/// Checks rule G12.
static LogicalResult verifyStates(GraphOp graph) {
  DenseSet<Value> taken;
  for (Operation &op : graph.getBody().getOps())
    for (Value state : statesOf(op)) {
      if (!state.getDefiningOp<ParameterOp>())
        return op.emitOpError("G12: has a state that is no parameter");
      if (!taken.insert(state).second)
        return op.emitOpError("G12: parameter '")
               << state.getDefiningOp<ParameterOp>().getName()
               << "' is a state already; only one op may change it";
    }
  return success();
}

/// Checks rules G2 and G12.
static LogicalResult verifyForward(GraphOp graph) {
  for (Operation &op : graph.getBody().getOps()) {
    if (isForward(op))
      continue;
    return op.emitOpError(
        "G2: does not belong in a graph of phase forward, which holds only "
        "inputs, labels, parameters, forward ops and losses");
  }
  return verifyStates(graph);
}

/// Checks rule G3.
static LogicalResult verifyScheduled(GraphOp graph) {
  for (Operation &op : graph.getBody().getOps()) {
    auto task = dyn_cast<TaskOp>(op);
    if (!task && !isa<SourceOpInterface, ParameterOp, DelayOp>(op))
      return op.emitOpError(
          "G3: must be inside a task in a graph of phase scheduled");
    if (task && !(task.getTime() && task.getProcessor() && task.getStart() &&
                  task.getSlot() && task.getLag()))
      return op.emitOpError("G3: needs time, processor, start, slot and lag in "
                            "a graph of phase scheduled");
  }
  return success();
}

/// Checks rule G5. Bytes that were measured have no batch.
static LogicalResult verifySources(GraphOp graph) {
  llvm::StringSet<> names;
  std::optional<int64_t> batch;
  for (auto source : graph.getBody().getOps<SourceOpInterface>()) {
    if (!names.insert(source.getStreamName()).second)
      return source->emitOpError("G5: a stream named '")
             << source.getStreamName()
             << "' exists already; give this one a name of its own";
    Type type = source->getResult(0).getType();
    if (isMeasured(type))
      continue;
    int64_t own = shapes::of(type).front();
    if (batch.value_or(own) != own)
      return source->emitOpError("G5: has ")
             << own << " samples, but other streams have " << *batch;
    batch = own;
  }
  return success();
}

/// Checks rule G4.
static LogicalResult verifyNames(GraphOp graph) {
  llvm::StringSet<> parameters, tasks;
  for (Operation &op : graph.getBody().getOps()) {
    if (auto parameter = dyn_cast<ParameterOp>(op))
      if (!parameters.insert(parameter.getName()).second)
        return op.emitOpError("G4: a parameter named '")
               << parameter.getName() << "' exists already";
    if (auto task = dyn_cast<TaskOp>(op))
      if (!tasks.insert(task.getName()).second)
        return op.emitOpError("G4: a task named '")
               << task.getName() << "' exists already";
  }
  return success();
}

/// Checks rule G6: from every delay, its inputs lead to something else than a
/// delay.
static LogicalResult verifyDelaysHaveSources(GraphOp graph) {
  DenseSet<Operation *> done;
  for (auto delay : graph.getBody().getOps<DelayOp>()) {
    DenseSet<Operation *> chain;
    for (DelayOp at = delay; at && !done.contains(at);
         at = at.getInput().getDefiningOp<DelayOp>())
      if (!chain.insert(at).second)
        return at.emitOpError("G6: delays only itself; no op computes this "
                              "stream");
    done.insert_range(chain);
  }
  return success();
}

/// Checks rule G7.
static LogicalResult verifyNumbers(GraphOp graph) {
  auto check = [&](std::optional<uint64_t> number, StringRef what,
                   int64_t most) -> LogicalResult {
    int64_t value = number.value_or(1);
    if (value >= 1 && value <= most)
      return success();
    return graph.emitOpError("G7: ")
           << what << " must lie between 1 and " << most << ", got " << value;
  };
  if (failed(check(graph.getProcessors(), "processors", maxProcessors)))
    return failure();
  return check(graph.getPeriod(), "period", maxTime);
}

/// Checks rule G8 for the parts of one task.
static LogicalResult verifyPartsOf(MutableArrayRef<TaskOp> parts) {
  // Parts that begin alike overlap, in whichever order they stand.
  llvm::sort(parts, [](TaskOp a, TaskOp b) {
    return a.getPart()->getBegin() < b.getPart()->getBegin();
  });
  PartAttr first = *parts.front().getPart();
  int64_t covered = 0;
  for (TaskOp part : parts) {
    PartAttr own = *part.getPart();
    if (own.getAxis() != first.getAxis() ||
        own.getLength() != first.getLength() ||
        own.getCombine() != first.getCombine())
      return part.emitOpError("G8: the parts of '")
             << own.getWhole().getValue()
             << "' must have one axis, length and way to combine, got " << first
             << " and " << own;
    if (own.getBegin() != covered)
      return part.emitOpError("G8: begins at ")
             << own.getBegin() << ", but the parts of '"
             << own.getWhole().getValue() << "' before it end at " << covered;
    covered = own.getEnd();
  }
  if (covered != first.getLength())
    return parts.back().emitOpError("G8: the parts of '")
           << first.getWhole().getValue() << "' end at " << covered
           << ", but must cover 0 to " << first.getLength();
  return success();
}

/// Checks rule G8.
static LogicalResult verifyParts(GraphOp graph) {
  llvm::MapVector<StringAttr, SmallVector<TaskOp>> parts;
  for (auto task : graph.getBody().getOps<TaskOp>())
    if (std::optional<PartAttr> part = task.getPart())
      parts[part->getWhole()].push_back(task);
  for (auto &[whole, tasks] : parts)
    if (failed(verifyPartsOf(tasks)))
      return failure();
  return success();
}

/// Checks rule G9.
static LogicalResult verifyMachine(GraphOp graph) {
  std::optional<MachineAttr> machine = graph.getMachine();
  if (!machine || !graph.getProcessors())
    return success();
  size_t processors = *graph.getProcessors();
  for (auto [count, what] :
       {std::pair(machine->getSpeeds().size(), "speeds"),
        std::pair(machine->getMemory().size(), "memories")})
    if (count != 0 && count != processors)
      return graph.emitOpError("G9: the machine has ")
             << count << " " << what << ", the graph " << processors
             << " processors";
  return success();
}

/// Checks rule G11.
static LogicalResult verifyPins(GraphOp graph) {
  std::optional<DictionaryAttr> pins = graph.getPins();
  auto processors =
      static_cast<int64_t>(graph.getProcessors().value_or(maxProcessors));
  for (NamedAttribute pin :
       pins ? pins->getValue() : ArrayRef<NamedAttribute>()) {
    auto processor = dyn_cast<IntegerAttr>(pin.getValue());
    if (!processor || !processor.getType().isSignlessInteger(64) ||
        processor.getInt() < 0)
      return graph.emitOpError("G11: layer '")
             << pin.getName().getValue()
             << "' must be pinned to an i64 of at least 0, got "
             << pin.getValue();
    if (processor.getInt() >= processors)
      return graph.emitOpError("G11: layer '")
             << pin.getName().getValue() << "' is pinned to processor "
             << processor.getInt() << "; there are 0 to " << processors - 1;
  }
  std::optional<int64_t> free = graph.getFreePeriod();
  auto period = static_cast<int64_t>(graph.getPeriod().value_or(0));
  if (free && (!pins || *free < 1 || *free > period))
    return graph.emitOpError("G11: free_period must lie between 1 and the "
                             "period of a graph with pins, got ")
           << *free;
  return success();
}

/// Checks rule G10, and those of the policy.
static LogicalResult verifyWeightVersions(GraphOp graph) {
  std::optional<Attribute> versions = graph.getWeightVersions();
  if (!versions)
    return success();
  auto policy = dyn_cast<WeightVersionPolicyInterface>(*versions);
  if (!policy)
    return graph.emitOpError("G10: weight_versions is no policy for weight "
                             "versions, such as #layerpipe.weight_stashing: ")
           << *versions;
  if (graph.getPhase() == Phase::forward)
    return graph.emitOpError("G10: a graph of phase forward has no gradients, "
                             "so it has no policy for weight versions");
  if (graph.getPhase() == Phase::training)
    return policy.verifyReaders(graph);
  return success();
}

LogicalResult GraphOp::verifyRegions() {
  if (failed(verifyNumbers(*this)) || failed(verifyMachine(*this)) ||
      failed(verifyPins(*this)) || failed(verifyNames(*this)) ||
      failed(verifySources(*this)) || failed(verifyParts(*this)) ||
      failed(verifyCyclesHaveDelays(*this)) ||
      failed(verifyDelaysHaveSources(*this)))
    return failure();
  if (failed(verifyWeightVersions(*this)))
    return failure();
  if (getPhase() == Phase::forward)
    return verifyForward(*this);
  if (getPhase() == Phase::scheduled)
    return verifyScheduled(*this);
  return success();
}
