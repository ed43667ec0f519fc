//===- MemoryPlan.cpp - Steps and memory of one slot ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryPlan.h"

#include <map>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

Value MemoryPlan::rootOf(Value value) const {
  auto found = roots.find(value);
  return found == roots.end() ? value : found->second;
}

int64_t MemoryPlan::areaOf(Value value) const {
  auto found = areas.find(rootOf(value));
  return found == areas.end() ? -1 : found->second;
}

int64_t MemoryPlan::offsetOf(Value value) const {
  return offsets.lookup(value);
}

/// Returns the byte at which a slice can be read in place, or nothing. A slice
/// of what the slot reads can be read in place if it lies in one block that is
/// as aligned as an area must be, since kernels take any address.
static std::optional<int64_t> offsetInPlace(Operation &op) {
  auto copy = dyn_cast<CopyOpInterface>(op);
  if (!copy || op.getNumOperands() != 1 ||
      !isa<BlockArgument>(op.getOperand(0)) ||
      !llvm::all_of(op.getUsers(), [](Operation *user) {
        return isa<KernelOpInterface>(user);
      }))
    return std::nullopt;
  SmallVector<BlockCopy> blocks = copy.getCopies();
  if (blocks.size() != 1 || blocks[0].blocks != 1 ||
      blocks[0].fromOffset % alignment != 0)
    return std::nullopt;
  return blocks[0].fromOffset;
}

/// Checks that there is code for the op, and that its values have shapes.
static LogicalResult checkCompiles(Operation *op) {
  if (llvm::any_of(op->getOperandTypes(), isMeasured) ||
      llvm::any_of(op->getResultTypes(), isMeasured))
    return op->emitOpError("has values of which only the bytes were measured, "
                           "so it can't be compiled");
  if (!isa<ViewOpInterface, LoopOpInterface, KernelOpInterface,
           CopyOpInterface>(op))
    return op->emitOpError("has neither a kernel nor loops, so "
                           "it can't be compiled");
  return success();
}

/// Divides the body into steps. Views compute nothing. An elementwise op joins
/// the loop before it when both have one size and start in one iteration, and
/// the loop is not full: a relu, a tanh and an add of 256 elements in a row
/// become one loop.
LogicalResult MemoryPlan::addSteps(Block &body, const Absence &absence) {
  for (Operation &op : body.without_terminator()) {
    if (failed(checkCompiles(&op)))
      return failure();
    if (isa<ViewOpInterface>(op)) {
      roots[op.getResult(0)] = rootOf(op.getOperand(0));
      continue;
    }
    if (std::optional<int64_t> offset = offsetInPlace(op)) {
      roots[op.getResult(0)] = op.getOperand(0);
      offsets[op.getResult(0)] = *offset;
      continue;
    }
    if (auto loop = dyn_cast<LoopOpInterface>(op))
      addLoop(loop, absence.before(&op));
    else
      steps.push_back({{&op}, absence.before(&op), {}});
  }
  return success();
}

/// Adds the op to the last step, if it can join it, or as a step of its own.
void MemoryPlan::addLoop(LoopOpInterface op, int64_t absentBefore) {
  if (steps.empty() || !steps.back().isLoop() ||
      steps.back().ops.size() == maxLoopOps ||
      steps.back().absentBefore != absentBefore || !joins(steps.back(), op))
    steps.push_back({{}, absentBefore, op.getLoops().extents});
  steps.back().ops.push_back(op);
}

/// Returns whether the op's iterations are the same over any extents of as many
/// positions. Those of an op that draws have numbers.
static bool takesAnyExtents(Operation *op) {
  return isElementwise(op) && !isa<RandomOpInterface>(op);
}

/// Returns whether the op's iterations can be those of the step. They run over
/// the same positions, and read what the step makes at the position where it is
/// made.
bool MemoryPlan::joins(Step &step, LoopOpInterface op) const {
  LoopNest loops = op.getLoops();
  auto count = [](ArrayRef<int64_t> extents) {
    return ShapedType::getNumElements(extents);
  };
  if (count(loops.extents) != count(step.extents))
    return false;
  DenseSet<Value> made, combined;
  for (Operation *earlier : step.ops) {
    bool isMade =
        cast<LoopOpInterface>(earlier).getLoops().combiner == Combiner::none;
    (isMade ? made : combined).insert_range(earlier->getResults());
  }
  for (auto [operand, map] : llvm::zip_equal(op->getOperands(), loops.operands))
    if (combined.contains(rootOf(operand)) ||
        (made.contains(rootOf(operand)) && !map.isIdentity()))
      return false;
  if (takesAnyExtents(op) || loops.extents == step.extents)
    return true;
  if (!llvm::all_of(step.ops, takesAnyExtents))
    return false;
  step.extents = loops.extents;
  return true;
}

/// Gives equal areas one number. Iteration i of a buffer lies in ring slot i
/// mod slots, so that two accesses meet if their distances agree modulo slots.
void MemoryPlan::nameAreas(
    SlotOp slot, llvm::function_ref<int64_t(FlatSymbolRefAttr)> slotsOf) {
  std::map<std::pair<StringRef, int64_t>, int64_t> first;
  auto add = [&](FlatSymbolRefAttr buffer, int64_t distance) {
    int64_t area = canonical.size();
    std::pair key(buffer.getValue(), distance % slotsOf(buffer));
    canonical.push_back(first.try_emplace(key, area).first->second);
  };
  for (auto read : slot.getReads().getAsRange<ReadAttr>())
    add(read.getBuffer(), read.getDistance());
  for (auto name : slot.getWrites().getAsRange<FlatSymbolRefAttr>())
    add(name, 0);
}

/// Returns whether some op reads what the area held before, although `made` may
/// be there already: a later step, or an iteration of the same loops that reads
/// another element than the one in its place.
bool MemoryPlan::overwritesRead(Value made, int64_t area) const {
  auto makes = [&](const Step &step) {
    return llvm::is_contained(step.ops, made.getDefiningOp());
  };
  auto first = llvm::find_if(steps, makes);
  for (auto step = first; step != steps.end(); ++step)
    for (Operation *op : step->ops)
      for (OpOperand &operand : op->getOpOperands()) {
        if (areaOf(operand.get()) != area || rootOf(operand.get()) == made)
          continue;
        auto loop = dyn_cast<LoopOpInterface>(op);
        if (step != first || !loop ||
            !loop.getLoops().operands[operand.getOperandNumber()].isIdentity())
          return true;
      }
  return false;
}

/// Adds the areas of values that come from outside or are seen there.
void MemoryPlan::addVisibleAreas(Block &body) {
  for (BlockArgument argument : body.getArguments())
    areas[argument] = canonical[argument.getArgNumber()];
  for (OpOperand &operand : body.getTerminator()->getOpOperands()) {
    Value root = rootOf(operand.get());
    int64_t area =
        canonical[body.getNumArguments() + operand.getOperandNumber()];
    bool isRead = area < int64_t(body.getNumArguments());
    if (isRead && overwritesRead(root, area))
      needArea(root);
    auto [position, added] = areas.try_emplace(root, area);
    if (!added)
      copies.push_back(
          {position->second, area, sizeInBytes(operand.get().getType())});
  }
}

void MemoryPlan::needArea(Value value) {
  auto [position, added] =
      areas.try_emplace(rootOf(value), canonical.size() + scratchBytes.size());
  if (added)
    scratchBytes.push_back(sizeInBytes(value.getType()));
}

/// Adds scratch areas. Kernels and copies work in memory; a loop needs memory
/// for what another step makes.
void MemoryPlan::addScratch() {
  for (const Step &step : steps) {
    DenseSet<Value> made;
    for (Operation *op : step.ops) {
      for (Value operand : op->getOperands())
        if (!step.isLoop() || !made.contains(rootOf(operand)))
          needArea(operand);
      for (Value result : op->getResults()) {
        made.insert(result);
        if (!step.isLoop())
          needArea(result);
      }
    }
  }
}

FailureOr<MemoryPlan>
MemoryPlan::create(SlotOp slot, const Absence &absence,
                   llvm::function_ref<int64_t(FlatSymbolRefAttr)> slotsOf) {
  MemoryPlan plan;
  Block &body = slot.getBody().front();
  if (failed(plan.addSteps(body, absence)))
    return failure();
  plan.nameAreas(slot, slotsOf);
  plan.addVisibleAreas(body);
  plan.addScratch();
  return plan;
}
