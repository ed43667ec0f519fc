//===- KernelArguments.h - The sizes of a kernel's arguments ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What docs/runtime.md says of each op's arguments, as numbers of elements.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_KERNELARGUMENTS_H
#define LAYERPIPE_LIB_RUNTIME_KERNELARGUMENTS_H

#include "KernelOp.h"

namespace layerpipe::runtime {

/// Returns how many elements, of four bytes each, the arguments have: first the
/// inputs, then the outputs.
std::vector<int64_t> argumentElements(const KernelOp &op);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELARGUMENTS_H
