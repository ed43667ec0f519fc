//===- LinkVerifier.cpp - Links and their transfers -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks rules S16 and S17 of a program.
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/Verifiers.h"

#include <set>
#include <tuple>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

using Wide = __int128;

static constexpr int64_t maxLatency = int64_t(1) << 50;
static constexpr int64_t maxLag = int64_t(1) << 31;

//===----------------------------------------------------------------------===//
// Rule S16
//===----------------------------------------------------------------------===//

/// Checks the numbers of one transfer, each for itself.
static LogicalResult verifyNumbers(const ProgramView &view, LinkOp link,
                                   LinkTransferAttr transfer) {
  if (view.bufferIndex(transfer.getBuffer().getAttr()) < 0)
    return link.emitOpError("S3: carries buffer ")
           << transfer.getBuffer() << ", which does not exist";
  if (transfer.getFrom() != int64_t(link.getFirst()) &&
      transfer.getFrom() != int64_t(link.getSecond()))
    return link.emitOpError("S16: carries ")
           << transfer.getBuffer() << " from processor " << transfer.getFrom()
           << ", which it does not join";
  if (transfer.getStart() < 0 || transfer.getStart() >= view.period() ||
      transfer.getDuration() < 0 || transfer.getDuration() > view.period())
    return link.emitOpError("S16: carries ")
           << transfer.getBuffer() << " with start " << transfer.getStart()
           << " and duration " << transfer.getDuration()
           << ", which don't fit in a period of " << view.period();
  if (transfer.getLatency() < 0 || transfer.getLatency() > maxLatency ||
      transfer.getLag() < -maxLag || transfer.getLag() > maxLag)
    return link.emitOpError("S16: carries ")
           << transfer.getBuffer() << " with latency " << transfer.getLatency()
           << " and lag " << transfer.getLag()
           << "; they must lie between 0 and 2^50, and between -2^31 and 2^31";
  return success();
}

/// Checks that the link carries one transfer at a time.
static LogicalResult verifyTurns(const ProgramView &view, LinkOp link) {
  // Of transfers that start together, the first one comes first.
  SmallVector<std::pair<int64_t, size_t>> starts;
  SmallVector<LinkTransferAttr> busy;
  auto all =
      llvm::to_vector(link.getTransfers().getAsRange<LinkTransferAttr>());
  for (auto [index, transfer] : llvm::enumerate(all))
    if (transfer.getDuration() > 0)
      starts.emplace_back(transfer.getStart(), index);
  llvm::sort(starts);
  for (auto [start, index] : starts)
    busy.push_back(all[index]);
  for (size_t index = 0; index < busy.size(); ++index) {
    bool last = index + 1 == busy.size();
    LinkTransferAttr next = busy[last ? 0 : index + 1];
    int64_t end = busy[index].getStart() + busy[index].getDuration();
    if (end > next.getStart() + (last ? view.period() : 0))
      return link.emitOpError("S16: carries ")
             << busy[index].getBuffer() << " until " << end << " and "
             << next.getBuffer() << " from " << next.getStart() << " (period "
             << view.period() << ")";
  }
  return success();
}

static LogicalResult verifyLink(const ProgramView &view, LinkOp link) {
  auto first = static_cast<int64_t>(link.getFirst());
  auto second = static_cast<int64_t>(link.getSecond());
  auto processors = static_cast<int64_t>(view.processors.size());
  if (first < 0 || first >= second || second >= processors)
    return link.emitOpError("S16: joins processors ")
           << first << " and " << second << "; it must join two of 0 to "
           << processors - 1 << ", the smaller one first";
  for (auto transfer : link.getTransfers().getAsRange<LinkTransferAttr>())
    if (failed(verifyNumbers(view, link, transfer)))
      return failure();
  return verifyTurns(view, link);
}

//===----------------------------------------------------------------------===//
// Rule S17
//===----------------------------------------------------------------------===//

/// Checks that the value leaves when it is made, and arrives before it is read.
static LogicalResult verifyTimes(const ProgramView &view, LinkOp link,
                                 LinkTransferAttr transfer, int64_t to) {
  const BufferView &buffer =
      view.buffers[view.bufferIndex(transfer.getBuffer().getAttr())];
  SlotOp writer = view.slots[buffer.writer].op;
  Wide made = Wide(int64_t(writer.getLag())) * view.period() +
              writer.getStart() + writer.getDuration();
  Wide leaves = Wide(transfer.getLag()) * view.period() + transfer.getStart();
  if (leaves < made)
    return link.emitOpError("S17: carries ")
           << transfer.getBuffer() << " to processor " << to << ' '
           << static_cast<int64_t>(made - leaves) << " before its writer '"
           << writer.getName() << "' ends";
  Wide arrives = leaves + transfer.getDuration() + transfer.getLatency();
  for (const ReaderView &reader : buffer.readers) {
    if (view.slots[reader.slot].processor != to)
      continue;
    SlotOp slot = view.slots[reader.slot].op;
    Wide read =
        (Wide(int64_t(slot.getLag())) + reader.distance) * view.period() +
        slot.getStart();
    if (read < arrives)
      return slot.emitOpError("S17: reads ")
             << transfer.getBuffer() << " at distance " << reader.distance
             << ", " << static_cast<int64_t>(arrives - read)
             << " before it arrives over the link";
  }
  return success();
}

namespace {
/// These are a buffer, the processor that writes it and one that reads it.
using Way = std::tuple<int64_t, int64_t, int64_t>;
} // namespace

/// Returns the ways that values take from one processor to another.
static std::set<Way> neededWays(const ProgramView &view) {
  std::set<Way> needed;
  for (auto [index, buffer] : llvm::enumerate(view.buffers)) {
    if (buffer.writer < 0)
      continue;
    int64_t from = view.slots[buffer.writer].processor;
    for (const ReaderView &reader : buffer.readers)
      if (int64_t to = view.slots[reader.slot].processor; to != from)
        needed.emplace(index, from, to);
  }
  return needed;
}

/// Checks the transfers of one link, and adds their ways to `found`.
static LogicalResult verifyTransfers(const ProgramView &view, LinkOp link,
                                     const std::set<Way> &needed,
                                     std::set<Way> &found) {
  for (auto transfer : link.getTransfers().getAsRange<LinkTransferAttr>()) {
    int64_t from = transfer.getFrom();
    int64_t to =
        from == int64_t(link.getFirst()) ? link.getSecond() : link.getFirst();
    Way way{view.bufferIndex(transfer.getBuffer().getAttr()), from, to};
    if (!needed.contains(way))
      return link.emitOpError("S17: carries ")
             << transfer.getBuffer() << " from processor " << from << " to "
             << to
             << ", but it is not written on the one and read on the other";
    if (!found.insert(way).second)
      return link.emitOpError("S17: carries ")
             << transfer.getBuffer() << " from processor " << from << " to "
             << to << " twice";
    if (failed(verifyTimes(view, link, transfer, to)))
      return failure();
  }
  return success();
}

LogicalResult layerpipe::sched::verifyLinks(const ProgramView &view) {
  if (view.links.empty())
    return success();
  std::set<std::pair<int64_t, int64_t>> joined;
  std::set<Way> needed = neededWays(view), found;
  for (LinkOp link : view.links) {
    if (failed(verifyLink(view, link)))
      return failure();
    if (!joined.emplace(link.getFirst(), link.getSecond()).second)
      return link.emitOpError("S16: joins processors ")
             << link.getFirst() << " and " << link.getSecond()
             << ", which another link joins already";
    if (failed(verifyTransfers(view, link, needed, found)))
      return failure();
  }
  for (auto [buffer, from, to] : needed)
    if (!found.contains({buffer, from, to}))
      return BufferOp(view.buffers[buffer].op)
                 .emitOpError("S17: goes from processor ")
             << from << " to processor " << to
             << " without a transfer, in a program with links";
  return success();
}
