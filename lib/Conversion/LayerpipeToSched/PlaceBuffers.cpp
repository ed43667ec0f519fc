//===- PlaceBuffers.cpp - The pass --sched-place-buffers ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers that live always are stacked first. Then each processor gets a region
// in which the others share memory: the largest is placed first, and each goes
// to the lowest offset that is free during its lifetime. (Pisarchyk and Lee,
// "Efficient memory management for deep neural net inference", 2020: greedy by
// size.) For example:
//
//   A: 8 bytes from 0 to 4    offset 0
//   B: 4 bytes from 2 to 6    offset 8, since A is alive
//   C: 2 bytes from 5 to 7    offset 0, since A is gone
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Conversion/Passes.h"

#include "Sched/IR/Lifetimes.h"

#include <map>

namespace layerpipe {
#define GEN_PASS_DEF_SCHEDPLACEBUFFERS
#include "layerpipe/Conversion/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

namespace {

/// This is memory in use during a lifetime.
struct Placement {
  int64_t offset;
  int64_t end;
  Lifetime lifetime;
};

} // namespace

static int64_t sizeOf(BufferOp buffer) {
  return static_cast<int64_t>(buffer.getSlots()) * buffer.getStride();
}

static void setOffset(BufferOp buffer, int64_t offset) {
  buffer.setOffsetAttr(Builder(buffer.getContext()).getI64IntegerAttr(offset));
}

/// Returns the lowest offset from `base` on where `size` bytes are free during
/// `lifetime`. `placed` is sorted by offset.
static int64_t firstFit(ArrayRef<Placement> placed, int64_t base, int64_t size,
                        const Lifetime &lifetime) {
  int64_t offset = base;
  for (const Placement &other : placed) {
    if (other.lifetime.isDisjoint(lifetime))
      continue;
    if (other.offset >= offset + size)
      break;
    offset = std::max(offset, other.end);
  }
  return offset;
}

/// Places buffers of one processor from `base` on, and returns the end.
static int64_t placeShared(ArrayRef<size_t> indices, ArrayRef<BufferOp> buffers,
                           ArrayRef<Lifetime> lifetimes, int64_t base) {
  SmallVector<size_t> order(indices);
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::pair(-sizeOf(buffers[a]), a) <
           std::pair(-sizeOf(buffers[b]), b);
  });
  SmallVector<Placement> placed;
  int64_t end = base;
  for (size_t index : order) {
    int64_t size = sizeOf(buffers[index]);
    int64_t offset = firstFit(placed, base, size, lifetimes[index]);
    setOffset(buffers[index], offset);
    Placement placement{offset, offset + size, lifetimes[index]};
    placed.insert(llvm::upper_bound(placed, placement,
                                    [](const Placement &a, const Placement &b) {
                                      return a.offset < b.offset;
                                    }),
                  placement);
    end = std::max(end, placement.end);
  }
  return end;
}

/// Places all buffers and returns the size of the arena.
static int64_t place(ArrayRef<BufferOp> buffers, ArrayRef<Lifetime> lifetimes) {
  int64_t end = 0;
  std::map<int64_t, SmallVector<size_t>> sharing;
  for (auto [index, buffer] : llvm::enumerate(buffers)) {
    if (!lifetimes[index].isAlways()) {
      sharing[lifetimes[index].processor].push_back(index);
      continue;
    }
    setOffset(buffer, end);
    end += sizeOf(buffer);
  }
  for (const auto &[processor, indices] : sharing)
    end = placeShared(indices, buffers, lifetimes, end);
  return end;
}

namespace {

struct SchedPlaceBuffers
    : layerpipe::impl::SchedPlaceBuffersBase<SchedPlaceBuffers> {
  void runOnOperation() override {
    ProgramOp program = getOperation();
    FailureOr<ProgramView> view = ProgramView::create(program);
    if (failed(view))
      return signalPassFailure();
    Builder builder(&getContext());
    SmallVector<BufferOp> buffers(program.getBody().getOps<BufferOp>());
    program.setArenaBytesAttr(
        builder.getI64IntegerAttr(place(buffers, computeLifetimes(*view))));
    if (EvaluationOp evaluation = view->evaluation) {
      SmallVector<BufferOp> own(evaluation.getBody().getOps<BufferOp>());
      evaluation.setArenaBytesAttr(
          builder.getI64IntegerAttr(place(own, computeLifetimes(evaluation))));
    }
  }
};

} // namespace
