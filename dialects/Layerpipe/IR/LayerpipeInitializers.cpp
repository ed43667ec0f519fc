//===- LayerpipeInitializers.cpp - What parameters start from -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeInitializers.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;

static LogicalResult verifyNumber(Operation *op, Init init, Attribute value) {
  auto number = dyn_cast<FloatAttr>(value);
  if (!number || !number.getType().isF32())
    return op->emitOpError("P2: starts with a number of type f32, got ")
           << value;
  float bound = number.getValue().convertToFloat();
  if (init == Init::uniform && !(std::isfinite(bound) && bound >= 0))
    return op->emitOpError("P2: a uniform initialiser needs a finite bound of "
                           "at least 0, got ")
           << bound;
  return success();
}

static LogicalResult verifyValues(Operation *op, Attribute value, Type type) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements ||
      !isa<DenseFPElementsAttr, DenseResourceElementsAttr>(elements) ||
      !elements.getElementType().isF32())
    return op->emitOpError("P4: starts with dense values of type f32");
  if (elements.getType() != type)
    return op->emitOpError("P4: has values of type ")
           << elements.getType() << ", not of its own type " << type;
  auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
  if (!resource)
    return success();
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob)
    return op->emitOpError("P4: its values '")
           << resource.getRawHandle().getKey() << "' are not in the file";
  uint64_t bytes = uint64_t(elements.getNumElements()) * sizeof(float);
  if (blob->getData().size() != bytes)
    return op->emitOpError("P4: its values '")
           << resource.getRawHandle().getKey() << "' have "
           << blob->getData().size() << " bytes; the type needs " << bytes;
  return success();
}

LogicalResult layerpipe::verifyInitializer(Operation *op, Init init,
                                           Attribute value, Type type) {
  return init == Init::values ? verifyValues(op, value, type)
                              : verifyNumber(op, init, value);
}

StringRef layerpipe::initialBytes(ElementsAttr values) {
  ArrayRef<char> bytes = isa<DenseResourceElementsAttr>(values)
                             ? cast<DenseResourceElementsAttr>(values)
                                   .getRawHandle()
                                   .getBlob()
                                   ->getData()
                             : cast<DenseElementsAttr>(values).getRawData();
  return {bytes.data(), bytes.size()};
}

float layerpipe::initialElement(StringRef bytes, size_t index) {
  size_t offset = index * sizeof(float) % bytes.size();
  return llvm::bit_cast<float>(
      llvm::support::endian::read32le(bytes.data() + offset));
}
