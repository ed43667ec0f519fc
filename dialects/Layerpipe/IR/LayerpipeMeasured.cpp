//===- LayerpipeMeasured.cpp - values of a measured size ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeMeasured.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace layerpipe;

/// A graph may hold so many bytes, and an axis may be so long.
static constexpr int64_t mostBytes = int64_t(1) << 50;
static constexpr int64_t longest = int64_t(1) << 48;

int64_t layerpipe::shareOf(int64_t whole, int64_t begin, int64_t end,
                           int64_t length) {
  using Wide = __int128;
  return static_cast<int64_t>(Wide(whole) * end / length -
                              Wide(whole) * begin / length);
}

//===----------------------------------------------------------------------===//
// The encoding
//===----------------------------------------------------------------------===//

LogicalResult BytesAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                int64_t whole, int64_t dimension, int64_t begin,
                                int64_t end, int64_t length) {
  if (whole < 0 || whole > mostBytes)
    return emitError() << "BY1: a value has between 0 and 2^50 bytes, got "
                       << whole;
  bool isWhole = dimension == 0 && begin == 0 && end == 1 && length == 1;
  bool isPart = dimension >= 0 && begin >= 0 && begin < end && end <= length &&
                end - begin < length && length <= longest;
  if (!isWhole && !isPart)
    return emitError() << "BY2: a slice lies within its whole and is less than "
                          "it, 0 <= begin < end <= length <= 2^48, got "
                       << begin << " to " << end << " of " << length;
  return success();
}

LogicalResult
BytesAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                          function_ref<InFlightDiagnostic()> emitError) const {
  auto isOne = [](int64_t size) { return size == 1; };
  if (!llvm::all_of(shape, isOne) ||
      getDimension() >= static_cast<int64_t>(shape.size()))
    return emitError() << "BY3: a tensor of measured bytes has sizes of 1 and "
                          "the dimension "
                       << getDimension();
  return success();
}

Attribute BytesAttr::parse(AsmParser &parser, Type) {
  int64_t whole = 0, dimension = 0, begin = 0, end = 1, length = 1;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseInteger(whole))
    return {};
  if (succeeded(parser.parseOptionalComma()) &&
      (parser.parseKeyword("dimension") || parser.parseInteger(dimension) ||
       parser.parseComma() || parser.parseInteger(begin) ||
       parser.parseKeyword("to") || parser.parseInteger(end) ||
       parser.parseKeyword("of") || parser.parseInteger(length)))
    return {};
  if (parser.parseGreater())
    return {};
  return parser.getChecked<BytesAttr>(loc, parser.getContext(), whole,
                                      dimension, begin, end, length);
}

void BytesAttr::print(AsmPrinter &printer) const {
  printer << "<" << getWhole();
  if (isSlice())
    printer << ", dimension " << getDimension() << ", " << getBegin() << " to "
            << getEnd() << " of " << getLength();
  printer << ">";
}

int64_t BytesAttr::getBytes() const {
  return shareOf(getWhole(), getBegin(), getEnd(), getLength());
}

BytesAttr BytesAttr::slice(int64_t dimension, int64_t begin, int64_t end,
                           int64_t length) const {
  if (end - begin == length)
    return *this;
  if (!isSlice())
    return get(getContext(), getWhole(), dimension, begin, end, length);
  // Along its own dimension a slice knows where in the whole its slices lie.
  if (dimension == getDimension())
    return get(getContext(), getWhole(), dimension, getBegin() + begin,
               getBegin() + end, getLength());
  return get(getContext(), getBytes(), dimension, begin, end, length);
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

BytesAttr layerpipe::measuredSize(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? dyn_cast_or_null<BytesAttr>(tensor.getEncoding())
                : BytesAttr();
}

bool layerpipe::isPlainOrMeasured(Type type) {
  return isMeasured(type) || !cast<RankedTensorType>(type).getEncoding();
}

RankedTensorType layerpipe::measuredType(MLIRContext *context, int64_t bytes) {
  return RankedTensorType::get({1, 1}, Float32Type::get(context),
                               BytesAttr::get(context, bytes));
}

int64_t layerpipe::bytesOf(Type type) {
  if (BytesAttr size = measuredSize(type))
    return size.getBytes();
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getNumElements() * tensor.getElementTypeBitWidth() / 8;
}

RankedTensorType layerpipe::sliceType(RankedTensorType type, int64_t dimension,
                                      int64_t begin, int64_t end,
                                      int64_t length) {
  if (BytesAttr size = measuredSize(type))
    return RankedTensorType::get(type.getShape(), type.getElementType(),
                                 size.slice(dimension, begin, end, length));
  SmallVector<int64_t> shape(type.getShape());
  shape[dimension] = end - begin;
  return type.clone(shape);
}

/// Returns both slices as one if they are neighbours in one value, and
/// otherwise null.
static BytesAttr joinNeighbours(BytesAttr first, BytesAttr second,
                                int64_t dimension) {
  if (!first.isSlice() || !second.isSlice() ||
      first.getWhole() != second.getWhole() ||
      first.getDimension() != dimension || second.getDimension() != dimension ||
      first.getLength() != second.getLength() ||
      first.getEnd() != second.getBegin())
    return {};
  BytesAttr whole = BytesAttr::get(first.getContext(), first.getWhole());
  return whole.slice(dimension, first.getBegin(), second.getEnd(),
                     first.getLength());
}

RankedTensorType layerpipe::concatType(ArrayRef<RankedTensorType> slices,
                                       int64_t dimension) {
  BytesAttr joined = measuredSize(slices.front());
  for (RankedTensorType slice : slices.drop_front()) {
    if (!joined)
      break;
    joined = joinNeighbours(joined, measuredSize(slice), dimension);
  }
  if (!joined) {
    // No graph holds more, so that no number of slices overflows.
    int64_t bytes = 0;
    for (RankedTensorType slice : slices)
      bytes = std::min(bytes + bytesOf(slice), mostBytes);
    joined = BytesAttr::get(slices.front().getContext(), bytes);
  }
  return RankedTensorType::get(slices.front().getShape(),
                               slices.front().getElementType(), joined);
}
