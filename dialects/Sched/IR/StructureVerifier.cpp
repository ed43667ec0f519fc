//===- StructureVerifier.cpp - What a program is made of ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks rules S1, S5, S6, S8, S9 and S14 of a program.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeInitializers.h"
#include "Sched/IR/Absence.h"
#include "Sched/IR/Verifiers.h"

#include "llvm/ADT/StringSet.h"

#include <set>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

/// Checks rule S1.
static LogicalResult verifyBody(ProgramOp program) {
  if (int64_t(program.getBatch()) < 1 || int64_t(program.getPeriod()) < 1)
    return program.emitOpError("S1: batch and period must be positive, got ")
           << program.getBatch() << " and " << program.getPeriod();
  int64_t processors = 0, evaluations = 0;
  llvm::StringSet<> names;
  for (Operation &op : program.getBody().getOps()) {
    if (auto processor = dyn_cast<ProcessorOp>(op)) {
      if (int64_t(processor.getId()) != processors++)
        return op.emitOpError("S1: stands where processor ")
               << processors - 1 << " is expected";
      for (Operation &inner : processor.getBody().getOps()) {
        auto slot = dyn_cast<SlotOp>(inner);
        if (!slot)
          return inner.emitOpError("S1: a processor holds only slots");
        if (!names.insert(slot.getName()).second)
          return slot.emitOpError("S1: a slot named '")
                 << slot.getName() << "' exists already";
      }
    } else if (isa<EvaluationOp>(op)) {
      if (++evaluations > 1)
        return op.emitOpError("S1: a program has at most one evaluation");
    } else if (!isa<BufferOp, ChannelOp, LinkOp>(op)) {
      return op.emitOpError("S1: does not belong in a program");
    }
  }
  if (processors == 0)
    return program.emitOpError("S1: has no processor");
  return success();
}

LogicalResult layerpipe::sched::verifySlotTypes(
    SlotOp slot, llvm::function_ref<BufferOp(FlatSymbolRefAttr)> bufferOf) {
  Block &body = slot.getBody().front();
  if (body.getNumArguments() != slot.getReads().size())
    return slot.emitOpError("S5: has ")
           << slot.getReads().size() << " reads, but " << body.getNumArguments()
           << " block arguments";
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  if (!yield || yield.getValues().size() != slot.getWrites().size())
    return slot.emitOpError(
               "S5: must end with a sched.yield of as many values as it has "
               "writes, ")
           << slot.getWrites().size();
  auto check = [&](FlatSymbolRefAttr name, Type type) -> LogicalResult {
    if (bufferOf(name).getType() == type)
      return success();
    return slot.emitOpError("S5: buffer ")
           << name << " holds " << bufferOf(name).getType() << ", the body has "
           << type;
  };
  for (auto [argument, read] :
       llvm::zip(body.getArguments(), slot.getReads().getAsRange<ReadAttr>()))
    if (failed(check(read.getBuffer(), argument.getType())))
      return failure();
  for (auto [value, name] : llvm::zip(
           yield.getValues(), slot.getWrites().getAsRange<FlatSymbolRefAttr>()))
    if (failed(check(name, value.getType())))
      return failure();
  return success();
}

/// Checks rule S6.
static LogicalResult verifyDistances(const ProgramView &view) {
  for (const BufferView &buffer : view.buffers)
    for (const ReaderView &reader : buffer.readers) {
      SlotOp slot = view.slots[reader.slot].op;
      BufferOp op = buffer.op;
      if (reader.distance < 0)
        return slot.emitOpError("S6: reads @")
               << op.getSymName() << " at the negative distance "
               << reader.distance;
      if (reader.distance > 0 && !op.getInitialAttr())
        return slot.emitOpError("S6: reads @")
               << op.getSymName() << " at distance " << reader.distance
               << ", but the buffer has no initial value";
    }
  return success();
}

/// Checks rules S5 and S8.
static LogicalResult verifyBodies(const ProgramView &view) {
  auto bufferOf = [&](FlatSymbolRefAttr name) {
    return view.buffers[view.bufferIndex(name.getAttr())].op;
  };
  auto isAbsent = [&](FlatSymbolRefAttr name) {
    return isa_and_present<AbsentAttr>(bufferOf(name).getInitialAttr());
  };
  for (const SlotView &slot : view.slots)
    if (failed(verifySlotTypes(slot.op, bufferOf)) ||
        failed(Absence::analyze(slot.op, isAbsent)))
      return failure();
  return success();
}

/// Checks rule S9.
static LogicalResult verifyChannels(const ProgramView &view) {
  std::set<std::tuple<int64_t, int64_t, int64_t>> needed, found;
  for (auto [index, buffer] : llvm::enumerate(view.buffers))
    for (int64_t receiver : view.receivers(buffer))
      needed.insert({index, *view.writerProcessor(buffer), receiver});
  for (ChannelOp channel : view.channels) {
    std::tuple key(view.bufferIndex(channel.getBufferAttr().getAttr()),
                   int64_t(channel.getFrom()), int64_t(channel.getTo()));
    if (!needed.count(key))
      return channel.emitOpError("S9: carries nothing: ")
             << channel.getBufferAttr() << " is not written on processor "
             << int64_t(channel.getFrom()) << " and read on processor "
             << int64_t(channel.getTo());
    if (!found.insert(key).second)
      return channel.emitOpError("S9: exists twice");
  }
  for (auto [buffer, from, to] : needed)
    if (!found.count({buffer, from, to}))
      return BufferOp(view.buffers[buffer].op)
                 .emitOpError("S9: goes from processor ")
             << from << " to processor " << to << " without a channel";
  return success();
}

/// Checks rule S14.
static LogicalResult verifyParameters(const ProgramView &view) {
  llvm::StringSet<> names;
  for (const BufferView &buffer : view.buffers) {
    BufferOp op = buffer.op;
    Attribute initial = op.getInitialAttr();
    if (isa_and_present<LatestAttr>(initial))
      return op.emitOpError("S15: has a latest value as initial value outside "
                            "of an evaluation");
    auto parameter = dyn_cast_or_null<ParameterAttr>(initial);
    if (!parameter)
      continue;
    if (parameter.getName().empty() ||
        !names.insert(parameter.getName()).second)
      return op.emitOpError("S14: parameter '")
             << parameter.getName().strref()
             << "' has no name, or a buffer already";
    if (!op.getTensorType().getElementType().isF32())
      return op.emitOpError("S14: a parameter has f32 elements");
    if (failed(verifyInitializer(op, parameter.getInit(), parameter.getValue(),
                                 op.getTensorType())))
      return failure();
  }
  return success();
}

LogicalResult layerpipe::sched::verifyStructure(const ProgramView &view) {
  if (failed(verifyDistances(view)) || failed(verifyBodies(view)) ||
      failed(verifyChannels(view)))
    return failure();
  return verifyParameters(view);
}

LogicalResult ProgramOp::verifyRegions() {
  if (failed(verifyBody(*this)))
    return failure();
  FailureOr<ProgramView> view = ProgramView::create(*this);
  if (failed(view) || failed(verifyStructure(*view)) ||
      failed(verifyTiming(*view)) || failed(verifyLinks(*view)) ||
      failed(verifyPlacement(*view, *this)))
    return failure();
  return view->evaluation ? verifyEvaluation(*view, view->evaluation)
                          : success();
}
