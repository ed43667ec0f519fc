//===- SchedDialect.cpp - registration and small accessors ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/SchedDialect.h"

#include "Layerpipe/IR/LayerpipeMeasured.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "Layerpipe/IR/UnknownOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

#include "Sched/IR/SchedDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "Sched/IR/SchedAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "Sched/IR/SchedOps.cpp.inc"

void SchedDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "Sched/IR/SchedAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "Sched/IR/SchedOps.cpp.inc"
      >();
  explainUnknownOps(*this);
}

int64_t layerpipe::sched::sizeInBytes(Type type) {
  // A measured value may have no bytes; its buffer would lie within another.
  return std::max<int64_t>(bytesOf(type), 1);
}

int64_t BufferOp::getBytes() { return sizeInBytes(getType()); }
int64_t BufferOp::getStride() { return alignUp(getBytes()); }
