//===- EvaluateSlices.cpp - slices and concatenations ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace layerpipe;

namespace {

/// This is a tensor's shape as one of its dimensions sees it: [before, size,
/// behind].
struct Dimension {
  int64_t before = 1, size, behind = 1;

  Dimension(const Tensor &tensor, int64_t number) : size(tensor.shape[number]) {
    for (auto [index, extent] : llvm::enumerate(tensor.shape)) {
      if (int64_t(index) < number)
        before *= extent;
      if (int64_t(index) > number)
        behind *= extent;
    }
  }

  int64_t at(int64_t i, int64_t k, int64_t j) const {
    return (i * size + k) * behind + j;
  }
};

} // namespace

/// Copies `count` positions of dimension `number`, from `begin` on in `from`,
/// to `offset` on in `to`.
static void move(const Tensor &from, int64_t begin, int64_t count, Tensor &to,
                 int64_t offset, int64_t number) {
  Dimension source(from, number), target(to, number);
  for (int64_t i = 0; i < source.before; ++i)
    for (int64_t k = 0; k < count; ++k)
      for (int64_t j = 0; j < source.behind; ++j)
        to.floats[target.at(i, offset + k, j)] =
            from.floats[source.at(i, begin + k, j)];
}

void layerpipe::compute(SliceOp op, Operands operands, Results results) {
  int64_t begin = op.getBegin(), end = op.getEnd();
  move(*operands[0], begin, end - begin, results[0], 0, op.getDimension());
}

void layerpipe::compute(ConcatOp op, Operands operands, Results results) {
  int64_t offset = 0;
  for (const Datum &slice : operands) {
    int64_t count = slice->shape[op.getDimension()];
    move(*slice, 0, count, results[0], offset, op.getDimension());
    offset += count;
  }
}
