//===- ProgramView.h - A program with its references resolved ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A view tells who writes and who reads each buffer, and where. Verifiers,
// placement and lowering all look at a program through it. Indices refer to
// positions in its vectors, which stand in textual order.
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_PROGRAMVIEW_H
#define SCHED_IR_PROGRAMVIEW_H

#include "Sched/IR/SchedDialect.h"

#include <vector>

namespace layerpipe::sched {

struct SlotView {
  SlotOp op;
  int64_t processor = 0;
  /// This is the reader's place within the processor's period.
  int64_t place = 0;
};

struct ReaderView {
  int64_t slot = 0;
  /// This says which of the slot's reads it is.
  unsigned index = 0;
  int64_t distance = 0;
};

struct BufferView {
  BufferOp op;
  /// This is the writing slot, or −1 if no slot writes.
  int64_t writer = -1;
  /// This says which of the slot's writes it is.
  unsigned writeIndex = 0;
  std::vector<ReaderView> readers;
  /// The host fills the buffer, which holds input or labels.
  bool fromHost = false;
  /// The host reads the buffer, which holds the loss.
  bool toHost = false;
  /// Some channel of the buffer is unchecked.
  bool unchecked = false;
};

class ProgramView {
public:
  /// Makes the view of a program, and checks rules S3 and S4 on the way.
  static mlir::FailureOr<ProgramView> create(ProgramOp program);

  std::vector<ProcessorOp> processors;
  std::vector<SlotView> slots;
  std::vector<BufferView> buffers;
  std::vector<ChannelOp> channels;
  std::vector<LinkOp> links;
  EvaluationOp evaluation;

  int64_t period() const { return programPeriod; }
  /// Returns the buffer's index, or −1 if there is no such buffer.
  int64_t bufferIndex(mlir::StringAttr name) const {
    auto found = bufferIndices.find(name);
    return found == bufferIndices.end() ? -1 : found->second;
  }
  /// Returns the processors, host included, that read what `buffer`'s writer
  /// hands to them, in ascending order and without the writer's own.
  std::vector<int64_t> receivers(const BufferView &buffer) const;
  /// Returns the processor that writes: `hostProcessor` for input and labels,
  /// and nullopt if nobody does.
  std::optional<int64_t> writerProcessor(const BufferView &buffer) const;

  /// Returns the ring slots, and the channel capacity, that this reader needs
  /// (rule 4). The host writes as late as the first reader allows.
  int64_t requiredSlots(const BufferView &buffer,
                        const ReaderView &reader) const;
  /// Returns the largest need of the readers that `receiver` has, and at least
  /// 1.
  int64_t requiredCapacity(const BufferView &buffer, int64_t receiver) const;
  /// Returns the largest need of all readers, and at least 1.
  int64_t requiredSlots(const BufferView &buffer) const;

  /// Returns an order of all slots in which one thread can run one period. It
  /// respects every processor's order, and has every value written before it is
  /// read, and read before its ring slot is written again. Fails with rule S12.
  mlir::FailureOr<std::vector<int64_t>> sequentialOrder() const;

private:
  mlir::LogicalResult addSlots(ProcessorOp processor);
  mlir::LogicalResult addChannel(ChannelOp channel);
  mlir::LogicalResult markHostBuffers(ProgramOp program);
  mlir::LogicalResult checkWriters() const;
  /// Returns how many periods after an iteration's own the host must have
  /// filled its streams. It fills all of them at once, so that each one waits
  /// for the earliest reader of any.
  int64_t hostLag() const;

  int64_t programPeriod = 1;
  llvm::DenseMap<mlir::StringAttr, int64_t> bufferIndices;
};

/// Returns whether `slot` may overwrite its read number `read` with its write
/// number `write`, because one elementwise op alone reads the one and makes the
/// other.
bool worksInPlace(SlotOp slot, unsigned read, unsigned write);

} // namespace layerpipe::sched

#endif // SCHED_IR_PROGRAMVIEW_H
