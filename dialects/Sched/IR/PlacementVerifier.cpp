//===- PlacementVerifier.cpp - Memory, and the evaluation -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks rules S13 and S15 of a program.
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/Lifetimes.h"
#include "Sched/IR/Verifiers.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

/// Checks that each buffer is placed at a multiple of 64, within the arena.
static LogicalResult verifyOffsets(Operation *owner,
                                   std::optional<int64_t> arena,
                                   ArrayRef<BufferOp> buffers) {
  for (BufferOp buffer : buffers) {
    if (buffer.getOffset().has_value() != arena.has_value())
      return buffer.emitOpError("S13: ")
             << (arena ? "has no offset, but" : "has an offset, but no")
             << " the " << owner->getName().stripDialect()
             << (arena ? " has arena_bytes" : "'s arena_bytes");
    if (!arena)
      continue;
    int64_t offset = *buffer.getOffset();
    int64_t end = offset + int64_t(buffer.getSlots()) * buffer.getStride();
    if (offset < 0 || offset % alignment != 0 || end > *arena)
      return buffer.emitOpError("S13: lies at ")
             << offset << " … " << end
             << "; it must start at a multiple of 64 and end within the arena "
                "of "
             << *arena << " bytes";
  }
  return success();
}

/// Checks that any two placements that overlap are of values with lifetimes
/// that don't. They are visited in the order of their offsets.
static LogicalResult verifyOverlaps(ArrayRef<BufferOp> buffers,
                                    ArrayRef<Lifetime> lifetimes) {
  SmallVector<size_t> order =
      llvm::to_vector(llvm::seq<size_t>(0, buffers.size()));
  auto offset = [&](size_t index) {
    return static_cast<int64_t>(*BufferOp(buffers[index]).getOffset());
  };
  auto end = [&](size_t index) {
    BufferOp buffer = buffers[index];
    return offset(index) + int64_t(buffer.getSlots()) * buffer.getStride();
  };
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::pair(offset(a), a) < std::pair(offset(b), b);
  });
  for (size_t first = 0; first < order.size(); ++first)
    for (size_t second = first + 1;
         second < order.size() && offset(order[second]) < end(order[first]);
         ++second)
      if (!lifetimes[order[first]].isDisjoint(lifetimes[order[second]]))
        return BufferOp(buffers[order[second]])
                   .emitOpError("S13: shares memory with @")
               << BufferOp(buffers[order[first]]).getSymName()
               << ", which lives at the same time";
  return success();
}

LogicalResult layerpipe::sched::verifyPlacement(const ProgramView &view,
                                                ProgramOp program) {
  SmallVector<BufferOp> buffers;
  for (const BufferView &buffer : view.buffers)
    buffers.push_back(buffer.op);
  std::optional<int64_t> arena = program.getArenaBytes();
  if (failed(verifyOffsets(program, arena, buffers)))
    return failure();
  return arena ? verifyOverlaps(buffers, computeLifetimes(view)) : success();
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

/// Checks rule S15 for the buffers.
static LogicalResult verifyEvaluationBuffers(const ProgramView &view,
                                             EvaluationOp evaluation) {
  DenseMap<StringAttr, Type> parameters;
  for (const BufferView &buffer : view.buffers)
    if (auto parameter = dyn_cast_or_null<ParameterAttr>(
            BufferOp(buffer.op).getInitialAttr()))
      parameters[parameter.getName()] = BufferOp(buffer.op).getType();
  for (auto buffer : evaluation.getBody().getOps<BufferOp>()) {
    if (buffer.getSlots() != 1)
      return buffer.emitOpError("S15: a buffer of an evaluation has one slot");
    auto latest = dyn_cast_or_null<LatestAttr>(buffer.getInitialAttr());
    if (isa_and_present<ParameterAttr, AbsentAttr>(buffer.getInitialAttr()))
      return buffer.emitOpError("S15: a buffer of an evaluation starts with a "
                                "latest value or a constant");
    if (latest && parameters.lookup(latest.getName()) != buffer.getType())
      return buffer.emitOpError("S15: the program has no parameter '")
             << latest.getName().strref() << "' of type " << buffer.getType();
  }
  return success();
}

/// Checks rule S15 for one slot; `written` grows by what it writes.
static LogicalResult verifyEvaluationSlot(SlotOp slot,
                                          const SymbolTable &symbols,
                                          DenseSet<StringAttr> &written) {
  auto bufferOf = [&](FlatSymbolRefAttr name) {
    return symbols.lookup<BufferOp>(name.getAttr());
  };
  auto missing = [&](FlatSymbolRefAttr name) -> LogicalResult {
    if (bufferOf(name))
      return success();
    return slot.emitOpError("S3: names buffer ")
           << name << ", which does not exist in the evaluation";
  };
  for (auto read : slot.getReads().getAsRange<ReadAttr>()) {
    if (failed(missing(read.getBuffer())))
      return failure();
    if (read.getDistance() != 0 ||
        !written.contains(read.getBuffer().getAttr()))
      return slot.emitOpError("S15: reads ")
             << read.getBuffer()
             << " before it is written, or at a positive distance";
  }
  for (auto name : slot.getWrites().getAsRange<FlatSymbolRefAttr>()) {
    if (failed(missing(name)))
      return failure();
    if (!written.insert(name.getAttr()).second)
      return slot.emitOpError("S15: writes ") << name << " once more";
  }
  return verifySlotTypes(slot, bufferOf);
}

LogicalResult layerpipe::sched::verifyEvaluation(const ProgramView &view,
                                                 EvaluationOp evaluation) {
  SmallVector<BufferOp> buffers(evaluation.getBody().getOps<BufferOp>());
  if (failed(verifyEvaluationBuffers(view, evaluation)) ||
      failed(verifyOffsets(evaluation, evaluation.getArenaBytes(), buffers)))
    return failure();
  DenseSet<StringAttr> written;
  for (auto name : evaluation.getInputs().getAsRange<FlatSymbolRefAttr>())
    written.insert(name.getAttr());
  SymbolTable symbols(evaluation);
  for (BufferOp buffer : buffers)
    if (buffer.getInitialAttr())
      written.insert(buffer.getSymNameAttr());
  for (Operation &op : evaluation.getBody().getOps()) {
    if (auto slot = dyn_cast<SlotOp>(op)) {
      if (failed(verifyEvaluationSlot(slot, symbols, written)))
        return failure();
    } else if (!isa<BufferOp>(op)) {
      return op.emitOpError("S15: an evaluation holds only buffers and slots");
    }
  }
  SmallVector<Attribute> ends(evaluation.getInputs().getValue());
  ends.push_back(evaluation.getPredictionAttr());
  for (Attribute end : ends) {
    auto name = cast<FlatSymbolRefAttr>(end);
    if (!symbols.lookup<BufferOp>(name.getAttr()) ||
        !written.contains(name.getAttr()))
      return evaluation.emitOpError("S15: has no buffer ")
             << name << ", or never writes it";
  }
  if (!evaluation.getArenaBytes())
    return success();
  return verifyOverlaps(buffers, computeLifetimes(evaluation));
}
