//===- Kernels.h - The families of reference kernels ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// There is one maker per op. Each output element is summed up in the order that
// its op's page gives, in f64, and rounded to f32 once. Long sums therefore
// keep their digits, and results depend on nothing but the arguments. They are
// the interpreter's, bit for bit.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_REFERENCE_KERNELS_H
#define LAYERPIPE_LIB_RUNTIME_REFERENCE_KERNELS_H

#include "../KernelOp.h"

namespace layerpipe::runtime::reference {

std::unique_ptr<Kernel> make(const LinearOp &op);
std::unique_ptr<Kernel> make(const ConvOp &op);
std::unique_ptr<Kernel> make(const PoolOp &op);
std::unique_ptr<Kernel> make(const CrossEntropyOp &op);
std::unique_ptr<Kernel> make(const SquaredErrorOp &op);

/// These return argument `index` as an input or an output.
inline const float *input(void *const *args, size_t index) {
  return static_cast<const float *>(args[index]);
}
inline float *output(void *const *args, size_t index) {
  return static_cast<float *>(args[index]);
}

} // namespace layerpipe::runtime::reference

#endif // LAYERPIPE_LIB_RUNTIME_REFERENCE_KERNELS_H
