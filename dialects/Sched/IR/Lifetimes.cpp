//===- Lifetimes.cpp - When a buffer's memory is in use -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/Lifetimes.h"

using namespace mlir;
using namespace layerpipe::sched;

/// Returns the lifetime of a buffer with one ring slot and no initial value.
/// Its last reader comes before the writer's next turn (rule S11), so that the
/// lifetime is less than a circle.
static Lifetime lifetimeOf(const BufferView &buffer, const ProgramView &view) {
  BufferOp op = buffer.op;
  if (buffer.writer < 0 || buffer.toHost || op.getSlots() != 1 ||
      op.getInitialAttr())
    return {};
  const SlotView &from = view.slots[buffer.writer];
  // This is the place of the last reader, and how many periods it is after the
  // writer's.
  std::pair<int64_t, int64_t> last(0, from.place);
  for (const ReaderView &reader : buffer.readers) {
    const SlotView &to = view.slots[reader.slot];
    if (to.processor != from.processor)
      return {};
    int64_t later = static_cast<int64_t>(SlotOp(to.op).getLag()) +
                    reader.distance -
                    static_cast<int64_t>(SlotOp(from.op).getLag());
    last = std::max(last, std::pair(later, to.place));
  }
  if (last >= std::pair<int64_t, int64_t>(1, from.place))
    return {};
  return {from.processor, from.place, last.second};
}

std::vector<Lifetime>
layerpipe::sched::computeLifetimes(const ProgramView &view) {
  std::vector<Lifetime> lifetimes;
  for (const BufferView &buffer : view.buffers)
    lifetimes.push_back(lifetimeOf(buffer, view));
  return lifetimes;
}

std::vector<Lifetime>
layerpipe::sched::computeLifetimes(EvaluationOp evaluation) {
  std::vector<Lifetime> lifetimes;
  DenseMap<StringAttr, size_t> indices;
  for (auto buffer : evaluation.getBody().getOps<BufferOp>()) {
    indices[buffer.getSymNameAttr()] = lifetimes.size();
    lifetimes.emplace_back();
  }
  int64_t place = 0;
  for (auto slot : evaluation.getBody().getOps<SlotOp>()) {
    for (auto name : slot.getWrites().getAsRange<FlatSymbolRefAttr>())
      lifetimes[indices.lookup(name.getAttr())] = {0, place, place};
    for (auto read : slot.getReads().getAsRange<ReadAttr>())
      lifetimes[indices.lookup(read.getBuffer().getAttr())].last = place;
    ++place;
  }
  // The host reads the prediction when all slots are done.
  if (auto found = indices.find(evaluation.getPredictionAttr().getAttr());
      found != indices.end())
    lifetimes[found->second] = {};
  return lifetimes;
}
