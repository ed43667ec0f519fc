//===- ProgramView.cpp - A program with its references resolved -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/ProgramView.h"

#include "layerpipe/Scheduling/Cyclic/Capacity.h"

#include <queue>
#include <set>
#include <tuple>

using namespace mlir;
using namespace layerpipe::sched;

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

LogicalResult ProgramView::addSlots(ProcessorOp processor) {
  int64_t place = 0;
  for (auto slot : processor.getBody().getOps<SlotOp>()) {
    int64_t index = slots.size();
    slots.push_back({slot, static_cast<int64_t>(processor.getId()), place++});
    for (auto [number, read] :
         llvm::enumerate(slot.getReads().getAsRange<ReadAttr>())) {
      int64_t buffer = bufferIndex(read.getBuffer().getAttr());
      if (buffer < 0)
        return slot.emitOpError("S3: reads buffer ")
               << read.getBuffer() << ", which does not exist";
      buffers[buffer].readers.push_back(
          {index, static_cast<unsigned>(number), read.getDistance()});
    }
    for (auto [number, name] :
         llvm::enumerate(slot.getWrites().getAsRange<FlatSymbolRefAttr>())) {
      int64_t buffer = bufferIndex(name.getAttr());
      if (buffer < 0)
        return slot.emitOpError("S3: writes buffer ")
               << name << ", which does not exist";
      BufferView &view = buffers[buffer];
      if (view.writer >= 0)
        return slot.emitOpError("S4: writes buffer ")
               << name << ", which slot '"
               << SlotOp(slots[view.writer].op).getName() << "' writes already";
      view.writer = index;
      view.writeIndex = number;
    }
  }
  return success();
}

LogicalResult ProgramView::addChannel(ChannelOp channel) {
  int64_t buffer = bufferIndex(channel.getBufferAttr().getAttr());
  if (buffer < 0)
    return channel.emitOpError("S3: carries buffer ")
           << channel.getBufferAttr() << ", which does not exist";
  channels.push_back(channel);
  buffers[buffer].unchecked |= channel.getUnchecked();
  return success();
}

LogicalResult ProgramView::markHostBuffers(ProgramOp program) {
  auto mark = [&](FlatSymbolRefAttr name, bool BufferView::*end) {
    int64_t buffer = bufferIndex(name.getAttr());
    if (buffer < 0)
      return LogicalResult(program.emitOpError("S3: names buffer ")
                           << name << ", which does not exist");
    buffers[buffer].*end = true;
    return success();
  };
  for (ArrayAttr names : {program.getInputs(), program.getLabels()})
    for (auto name : names.getAsRange<FlatSymbolRefAttr>())
      if (failed(mark(name, &BufferView::fromHost)))
        return failure();
  return mark(program.getLossAttr(), &BufferView::toHost);
}

LogicalResult ProgramView::checkWriters() const {
  for (const BufferView &buffer : buffers) {
    BufferOp op = buffer.op;
    if (buffer.fromHost && (buffer.writer >= 0 || buffer.toHost))
      return op.emitOpError(
          "S4: is filled by the host and written by the program");
    if (buffer.toHost && buffer.writer < 0)
      return op.emitOpError("S4: is the loss, but no slot writes it");
    Attribute initial = op.getInitialAttr();
    if (buffer.writer < 0 && !buffer.fromHost &&
        !isa_and_present<ParameterAttr, ConstantAttr>(initial))
      return op.emitOpError("S4: has neither a writer nor a parameter or a "
                            "constant as initial value");
  }
  return success();
}

FailureOr<ProgramView> ProgramView::create(ProgramOp program) {
  ProgramView view;
  view.programPeriod = program.getPeriod();
  for (auto buffer : program.getBody().getOps<BufferOp>()) {
    view.bufferIndices[buffer.getSymNameAttr()] = view.buffers.size();
    view.buffers.emplace_back().op = buffer;
  }
  for (Operation &op : program.getBody().getOps()) {
    if (auto processor = dyn_cast<ProcessorOp>(op)) {
      view.processors.push_back(processor);
      if (failed(view.addSlots(processor)))
        return failure();
    } else if (auto channel = dyn_cast<ChannelOp>(op)) {
      if (failed(view.addChannel(channel)))
        return failure();
    } else if (auto link = dyn_cast<LinkOp>(op)) {
      view.links.push_back(link);
    } else if (auto evaluation = dyn_cast<EvaluationOp>(op)) {
      view.evaluation = evaluation;
    }
  }
  if (failed(view.markHostBuffers(program)) || failed(view.checkWriters()))
    return failure();
  return view;
}

//===----------------------------------------------------------------------===//
// Capacities
//===----------------------------------------------------------------------===//

std::optional<int64_t>
ProgramView::writerProcessor(const BufferView &buffer) const {
  if (buffer.fromHost)
    return hostProcessor;
  if (buffer.writer < 0)
    return std::nullopt;
  return slots[buffer.writer].processor;
}

std::vector<int64_t> ProgramView::receivers(const BufferView &buffer) const {
  std::optional<int64_t> writer = writerProcessor(buffer);
  if (!writer)
    return {};
  std::set<int64_t> result;
  if (buffer.toHost)
    result.insert(hostProcessor);
  for (const ReaderView &reader : buffer.readers)
    result.insert(slots[reader.slot].processor);
  result.erase(*writer);
  return {result.begin(), result.end()};
}

int64_t ProgramView::hostLag() const {
  int64_t least = INT64_MAX;
  for (const BufferView &buffer : buffers)
    if (buffer.fromHost)
      for (const ReaderView &reader : buffer.readers)
        least = std::min<int64_t>(
            least, SlotOp(slots[reader.slot].op).getLag() + reader.distance);
  return least;
}

int64_t ProgramView::requiredSlots(const BufferView &buffer,
                                   const ReaderView &reader) const {
  if (!writerProcessor(buffer))
    return 1;
  const SlotView &to = slots[reader.slot];
  SlotOp toOp = to.op;
  scheduling::CapacityQuery query;
  query.period = programPeriod;
  query.distance = reader.distance;
  query.toStart = toOp.getStart();
  query.toLag = toOp.getLag();
  query.toDuration = toOp.getDuration();
  if (buffer.fromHost) {
    query.fromLag = hostLag();
  } else {
    const SlotView &from = slots[buffer.writer];
    SlotOp fromOp = from.op;
    query.fromStart = fromOp.getStart();
    query.fromLag = fromOp.getLag();
    query.fromDuration = fromOp.getDuration();
    query.self = buffer.writer == reader.slot;
    query.sameProcessor = from.processor == to.processor;
    query.fromFirst = query.sameProcessor && from.place < to.place;
  }
  return static_cast<int64_t>(scheduling::requiredCapacity(query));
}

int64_t ProgramView::requiredCapacity(const BufferView &buffer,
                                      int64_t receiver) const {
  int64_t result = 1;
  for (const ReaderView &reader : buffer.readers)
    if (slots[reader.slot].processor == receiver)
      result = std::max(result, requiredSlots(buffer, reader));
  return result;
}

int64_t ProgramView::requiredSlots(const BufferView &buffer) const {
  int64_t result = 1;
  for (const ReaderView &reader : buffer.readers)
    result = std::max(result, requiredSlots(buffer, reader));
  return result;
}

bool layerpipe::sched::worksInPlace(SlotOp slot, unsigned read,
                                    unsigned write) {
  Block &body = slot.getBody().front();
  BlockArgument argument = body.getArgument(read);
  Operation *maker = body.getTerminator()->getOperand(write).getDefiningOp();
  return isElementwise(maker) && argument.hasOneUse() &&
         *argument.user_begin() == maker;
}

//===----------------------------------------------------------------------===//
// Sequential order
//===----------------------------------------------------------------------===//

/// Returns for each slot the slots that must come later in one period.
static std::vector<std::vector<int64_t>> precedences(const ProgramView &view) {
  std::vector<std::vector<int64_t>> later(view.slots.size());
  for (size_t slot = 1; slot < view.slots.size(); ++slot)
    if (view.slots[slot].place > 0)
      later[slot - 1].push_back(slot);
  for (const BufferView &buffer : view.buffers) {
    if (buffer.writer < 0 || buffer.unchecked)
      continue;
    int64_t written = SlotOp(view.slots[buffer.writer].op).getLag();
    int64_t ring = BufferOp(buffer.op).getSlots();
    for (const ReaderView &reader : buffer.readers) {
      int64_t read =
          SlotOp(view.slots[reader.slot].op).getLag() + reader.distance;
      if (read == written)
        later[buffer.writer].push_back(reader.slot);
      if (read == written + ring && reader.slot != buffer.writer)
        later[reader.slot].push_back(buffer.writer);
    }
  }
  return later;
}

FailureOr<std::vector<int64_t>> ProgramView::sequentialOrder() const {
  std::vector<std::vector<int64_t>> later = precedences(*this);
  std::vector<int64_t> waiting(slots.size(), 0);
  for (const auto &successors : later)
    for (int64_t slot : successors)
      ++waiting[slot];
  // An entry has a start, a processor and a slot.
  using Entry = std::tuple<int64_t, int64_t, int64_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  auto enqueue = [&](int64_t slot) {
    SlotOp op = slots[slot].op;
    ready.push({op.getStart(), slots[slot].processor, slot});
  };
  for (size_t slot = 0; slot < slots.size(); ++slot)
    if (waiting[slot] == 0)
      enqueue(slot);
  std::vector<int64_t> order;
  while (!ready.empty()) {
    int64_t slot = std::get<2>(ready.top());
    ready.pop();
    order.push_back(slot);
    for (int64_t next : later[slot])
      if (--waiting[next] == 0)
        enqueue(next);
  }
  if (order.size() == slots.size())
    return order;
  for (size_t slot = 0; slot < slots.size(); ++slot)
    if (waiting[slot] > 0)
      return SlotOp(slots[slot].op)
          .emitOpError(
              "S12: lies on, or behind, a cycle of slots that wait for "
              "each other within one period");
  return failure();
}
