//===- SchedDialect.h - the sched dialect: attributes and ops ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_SCHEDDIALECT_H
#define SCHED_IR_SCHEDDIALECT_H

#include "Layerpipe/IR/LayerpipeOps.h"

#include "Sched/IR/SchedDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "Sched/IR/SchedAttrs.h.inc"

#define GET_OP_CLASSES
#include "Sched/IR/SchedOps.h.inc"

namespace layerpipe::sched {

/// The host has this number as an end of a channel.
inline constexpr int64_t hostProcessor = -1;

/// Buffers and scratch areas start at multiples of this many bytes.
inline constexpr int64_t alignment = 64;

inline int64_t alignUp(int64_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Returns the bytes of a tensor of static shape.
int64_t sizeInBytes(mlir::Type type);

} // namespace layerpipe::sched

#endif // SCHED_IR_SCHEDDIALECT_H
