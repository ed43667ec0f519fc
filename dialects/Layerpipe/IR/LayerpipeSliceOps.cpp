//===- LayerpipeSliceOps.cpp - rules and folds of slice and concat --------===//
//===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

using Inferred = SmallVectorImpl<Type>;

static InFlightDiagnostic errorAt(MLIRContext *context,
                                  std::optional<Location> loc) {
  return emitError(loc.value_or(UnknownLoc::get(context)));
}

/// Returns the bytes of everything behind one position of `dimension`.
static int64_t bytesPerPosition(Value value, int64_t dimension) {
  return ShapedType::getNumElements(of(value).drop_front(dimension + 1)) * 4;
}

/// Returns how often the dimensions before `dimension` repeat it.
static int64_t repetitions(Value value, int64_t dimension) {
  return ShapedType::getNumElements(of(value).take_front(dimension));
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

LogicalResult SliceOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location> loc, Adaptor op,
                                        Inferred &types) {
  auto type = cast<RankedTensorType>(op.getX().getType());
  int64_t dimension = op.getDimension(), begin = op.getBegin(),
          end = op.getEnd();
  if (dimension < 0 || dimension >= type.getRank())
    return errorAt(context, loc)
           << "SL1: the dimension must be at least 0 and less than "
           << type.getRank() << ", got " << dimension;
  int64_t size = type.getDimSize(dimension);
  if (begin < 0 || begin >= end || end > size)
    return errorAt(context, loc)
           << "SL2: a slice of dimension " << dimension
           << " lies between 0 and its size " << size
           << " and is not empty, got " << begin << " to " << end;
  SmallVector<int64_t> shape(type.getShape());
  shape[dimension] = end - begin;
  types.push_back(type.clone(shape));
  return success();
}

TaskKind SliceOp::getTaskKind() { return TaskKind::forward; }

SmallVector<BlockCopy> SliceOp::getCopies() {
  int64_t dimension = getDimension();
  int64_t position = bytesPerPosition(getX(), dimension);
  int64_t block = position * of(getResult())[dimension];
  return {{0, repetitions(getX(), dimension), block,
           position * int64_t(getBegin()), position * of(getX())[dimension], 0,
           block}};
}

/// Returns the slice of `concat` that is exactly what `slice` reads, or null if
/// none is.
static Value exactSlice(SliceOp slice, ConcatOp concat) {
  if (concat.getDimension() != slice.getDimension())
    return {};
  int64_t begin = 0;
  for (Value own : concat.getSlices()) {
    int64_t end = begin + of(own)[concat.getDimension()];
    if (begin == int64_t(slice.getBegin()) && end == int64_t(slice.getEnd()))
      return own;
    begin = end;
  }
  return {};
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  if (getResult().getType() == getX().getType())
    return getX();
  auto concat = getX().getDefiningOp<ConcatOp>();
  return concat ? exactSlice(*this, concat) : Value();
}

//===----------------------------------------------------------------------===//
// Concat
//===----------------------------------------------------------------------===//

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op, Inferred &types) {
  if (op.getSlices().empty())
    return errorAt(context, loc) << "CC1: needs at least one slice";
  auto type = cast<RankedTensorType>(op.getSlices()[0].getType());
  int64_t dimension = op.getDimension();
  if (dimension < 0 || dimension >= type.getRank())
    return errorAt(context, loc)
           << "CC2: the dimension must be at least 0 and less than "
           << type.getRank() << ", got " << dimension;
  SmallVector<int64_t> sum(type.getShape());
  sum[dimension] = 0;
  for (Value slice : op.getSlices()) {
    SmallVector<int64_t> shape(of(slice));
    int64_t size = int64_t(shape.size()) > dimension ? shape[dimension] : 0;
    SmallVector<int64_t> expected(type.getShape());
    expected[dimension] = size;
    if (shape != expected)
      return errorAt(context, loc)
             << "CC3: slices along dimension " << dimension
             << " must agree in all others, got " << type << " and "
             << slice.getType();
    // This is beyond what a type may hold, so that no number of slices
    // overflows.
    sum[dimension] = std::min(sum[dimension] + size, int64_t(1) << 50);
  }
  types.push_back(type.clone(sum));
  return success();
}

TaskKind ConcatOp::getTaskKind() { return TaskKind::forward; }

SmallVector<BlockCopy> ConcatOp::getCopies() {
  SmallVector<BlockCopy> copies;
  int64_t dimension = getDimension(), offset = 0;
  int64_t position = bytesPerPosition(getResult(), dimension);
  int64_t stride = position * of(getResult())[dimension];
  for (auto [operand, slice] : llvm::enumerate(getSlices())) {
    int64_t block = position * of(slice)[dimension];
    copies.push_back({unsigned(operand), repetitions(slice, dimension), block,
                      0, block, offset, stride});
    offset += block;
  }
  return copies;
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getSlices().size() == 1 ? getSlices()[0] : Value();
}
