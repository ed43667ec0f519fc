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

/// No axis is longer.
static constexpr int64_t longestAxis = int64_t(1) << 48;

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

/// Returns how many positions the operand has along the dimension. A measured
/// value doesn't tell, unless it is a slice along that dimension itself.
static FailureOr<int64_t> sizeAlong(MLIRContext *context,
                                    std::optional<Location> loc,
                                    SliceOp::Adaptor op, int64_t dimension) {
  auto type = cast<RankedTensorType>(op.getX().getType());
  BytesAttr measured = measuredSize(type);
  std::optional<int64_t> length;
  if (op.getLengthAttr())
    length = op.getLengthAttr().getInt();
  if (bool(measured) != bool(length))
    return errorAt(context, loc)
           << "SL3: a slice has a length if, and only if, x is of measured "
              "bytes, whose type "
           << type << " does not tell it";
  if (!measured)
    return type.getDimSize(dimension);
  bool again = measured.isSlice() && measured.getDimension() == dimension;
  int64_t known = again ? measured.getEnd() - measured.getBegin() : *length;
  if (*length != known || *length > longestAxis)
    return errorAt(context, loc)
           << "SL3: x has "
           << (again ? std::to_string(known) : std::string("at most 2^48"))
           << " positions along dimension " << dimension << ", got " << *length;
  return known;
}

void SliceOp::build(OpBuilder &builder, OperationState &state, Value x,
                    int64_t dimension, int64_t begin, int64_t end,
                    int64_t length) {
  IntegerAttr told = isMeasured(x.getType()) ? builder.getI64IntegerAttr(length)
                                             : IntegerAttr();
  build(builder, state, x, builder.getI64IntegerAttr(dimension),
        builder.getI64IntegerAttr(begin), builder.getI64IntegerAttr(end), told);
}

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
  FailureOr<int64_t> size = sizeAlong(context, loc, op, dimension);
  if (failed(size))
    return failure();
  if (begin < 0 || begin >= end || end > *size)
    return errorAt(context, loc)
           << "SL2: a slice of dimension " << dimension
           << " lies between 0 and its size " << *size
           << " and is not empty, got " << begin << " to " << end;
  types.push_back(sliceType(type, dimension, begin, end, *size));
  return success();
}

TaskKind SliceOp::getTaskKind() { return roleOf(*this); }

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
  // The type of a measured slice tells its place.
  if (isMeasured(slice.getType())) {
    auto exact = llvm::find_if(concat.getSlices(), [&](Value own) {
      return own.getType() == slice.getType();
    });
    return exact == concat.getSlices().end() ? Value() : *exact;
  }
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

/// Infers the type of measured slices.
static LogicalResult inferMeasured(MLIRContext *context,
                                   std::optional<Location> loc,
                                   ConcatOp::Adaptor op, Inferred &types) {
  SmallVector<RankedTensorType> slices;
  for (Value slice : op.getSlices()) {
    slices.push_back(cast<RankedTensorType>(slice.getType()));
    if (!isMeasured(slice.getType()) ||
        slices.back().getRank() != slices.front().getRank())
      return errorAt(context, loc)
             << "CC3: slices along dimension " << op.getDimension()
             << " must agree in all others, got " << slices.front() << " and "
             << slice.getType();
  }
  types.push_back(concatType(slices, op.getDimension()));
  return success();
}

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
  if (isMeasured(type))
    return inferMeasured(context, loc, op, types);
  SmallVector<int64_t> sum(type.getShape());
  sum[dimension] = 0;
  for (Value slice : op.getSlices()) {
    SmallVector<int64_t> shape(of(slice));
    int64_t size = int64_t(shape.size()) > dimension ? shape[dimension] : 0;
    SmallVector<int64_t> expected(type.getShape());
    expected[dimension] = size;
    if (shape != expected || isMeasured(slice.getType()))
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

TaskKind ConcatOp::getTaskKind() { return roleOf(*this); }

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
