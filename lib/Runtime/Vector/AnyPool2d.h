//===- AnyPool2d.h - Pooling with any window in vector loops ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_VECTOR_ANYPOOL2D_H
#define LAYERPIPE_LIB_RUNTIME_VECTOR_ANYPOOL2D_H

#include "../KernelOp.h"

namespace layerpipe::runtime::vector {

/// Makes a kernel that takes any padding, stride and dilation.
std::unique_ptr<Kernel> makeAnyPool2d(const PoolOp &op);

} // namespace layerpipe::runtime::vector

#endif // LAYERPIPE_LIB_RUNTIME_VECTOR_ANYPOOL2D_H
