//===- TimingVerifier.cpp - Starts, lags, capacities and orders -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks rules S2, S7, S10, S11 and S12 of a program.
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/Verifiers.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

/// Checks rule S2 for one slot and the one before it on its processor.
static LogicalResult verifyStart(SlotOp slot, SlotOp before, int64_t period) {
  int64_t start = slot.getStart(), duration = slot.getDuration();
  if (start < 0 || start >= period || duration < 0 || duration > period)
    return slot.emitOpError("S2: start ")
           << start << " and duration " << duration
           << " don't fit in a period of " << period;
  if (!before)
    return success();
  int64_t free = before.getStart() + before.getDuration();
  if (start < free)
    return slot.emitOpError("S2: starts at ")
           << start << ", before '" << before.getName() << "' ends at " << free;
  return success();
}

/// Checks rule S2.
static LogicalResult verifyProcessors(const ProgramView &view) {
  for (ProcessorOp processor : view.processors) {
    SlotOp first, before;
    for (auto slot : processor.getBody().getOps<SlotOp>()) {
      if (failed(verifyStart(slot, before, view.period())))
        return failure();
      first = first ? first : slot;
      before = slot;
    }
    if (!first)
      continue;
    int64_t end = before.getStart() + before.getDuration() - view.period();
    if (end > int64_t(first.getStart()))
      return before.emitOpError("S2: ends ")
             << end << " after the period, when '" << first.getName()
             << "' has started";
  }
  return success();
}

/// Checks rule S7.
static LogicalResult verifyPrecedence(const ProgramView &view) {
  using Wide = __int128;
  for (const BufferView &buffer : view.buffers) {
    if (buffer.writer < 0)
      continue;
    SlotOp from = view.slots[buffer.writer].op;
    Wide made = Wide(int64_t(from.getLag())) * view.period() + from.getStart() +
                from.getDuration();
    for (const ReaderView &reader : buffer.readers) {
      SlotOp to = view.slots[reader.slot].op;
      Wide read =
          (Wide(int64_t(to.getLag())) + reader.distance) * view.period() +
          to.getStart();
      if (read < made)
        return to.emitOpError("S7: reads @")
               << BufferOp(buffer.op).getSymName() << " at distance "
               << reader.distance << ", " << static_cast<int64_t>(made - read)
               << " before its writer '" << from.getName() << "' ends";
    }
  }
  return success();
}

/// Checks rule S10.
static LogicalResult verifyCapacities(const ProgramView &view) {
  for (ChannelOp channel : view.channels) {
    const BufferView &buffer =
        view.buffers[view.bufferIndex(channel.getBufferAttr().getAttr())];
    BufferOp op = buffer.op;
    int64_t capacity = channel.getCapacity();
    if (capacity > int64_t(op.getSlots()))
      return channel.emitOpError("S10: has capacity ")
             << capacity << ", more than the " << op.getSlots()
             << " slots of its buffer";
    int64_t needed = view.requiredCapacity(buffer, channel.getTo());
    if (!channel.getUnchecked() && capacity < needed)
      return channel.emitOpError("S10: has capacity ")
             << capacity << ", but the schedule needs " << needed;
  }
  return success();
}

/// Checks rule S11.
static LogicalResult verifySlots(const ProgramView &view) {
  for (const BufferView &buffer : view.buffers) {
    BufferOp op = buffer.op;
    int64_t slots = op.getSlots(), needed = view.requiredSlots(buffer);
    if (slots < needed && !buffer.unchecked)
      return op.emitOpError("S11: has ") << slots << " slots, but " << needed
                                         << " of its values live at once";
    for (const ReaderView &reader : buffer.readers) {
      if (reader.slot != buffer.writer || reader.distance < slots)
        continue;
      SlotOp slot = view.slots[reader.slot].op;
      if (!worksInPlace(slot, reader.index, buffer.writeIndex))
        return slot.emitOpError("S11: overwrites @")
               << op.getSymName()
               << " in place, but not by one elementwise op; the buffer needs "
               << reader.distance + 1 << " slots";
    }
  }
  return success();
}

LogicalResult layerpipe::sched::verifyTiming(const ProgramView &view) {
  if (failed(verifyProcessors(view)) || failed(verifyPrecedence(view)) ||
      failed(verifyCapacities(view)) || failed(verifySlots(view)))
    return failure();
  return view.sequentialOrder();
}
