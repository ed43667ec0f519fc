//===- BufferLayouts.h - In which layouts buffers lie -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernel ops say how their weights lie; it follows for buffers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_BUFFERLAYOUTS_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_BUFFERLAYOUTS_H

#include "Sched/IR/SchedDialect.h"

namespace layerpipe {

/// Says in which layouts buffers lie. Those in rows are left out.
using BufferLayouts = llvm::DenseMap<mlir::Operation *, llvm::StringRef>;

/// Returns the layouts that follow from the kernels' attributes. Fails where
/// kernels of a class disagree, or its values must lie in rows.
mlir::FailureOr<BufferLayouts> findBufferLayouts(sched::ProgramOp program);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_BUFFERLAYOUTS_H
