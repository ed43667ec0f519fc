//===- Kernels.h - The ops that oneDNN computes -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// There is one maker per family of ops. A maker returns null for an op of
// another family, and may throw dnnl::error.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_ONEDNN_KERNELS_H
#define LAYERPIPE_LIB_RUNTIME_ONEDNN_KERNELS_H

#include "PrimitiveKernel.h"

namespace layerpipe::runtime::onednn {

using MadeKernel = Result<std::unique_ptr<Kernel>>;

MadeKernel makeLinear(const KernelDescription &description,
                      const dnnl::engine &engine);
MadeKernel makeConv2d(const KernelDescription &description,
                      const dnnl::engine &engine);
MadeKernel makePool2d(const KernelDescription &description,
                      const dnnl::engine &engine);

/// These are the sizes of dy, which is [batch, channels, positions].
struct BiasSizes {
  int64_t batch, channels, positions;
};

/// Makes the kernel of db = Σ dy over batch and positions. The indices are
/// those of dy and db among the kernel's arguments.
std::unique_ptr<Kernel> makeBiasGradient(const BiasSizes &sizes, size_t dy,
                                         size_t db);

/// Returns the attributes of every primitive, whose scratchpad is the caller's.
inline dnnl::primitive_attr primitiveAttributes() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

inline dnnl::memory::desc plainDesc(const dnnl::memory::dims &dims,
                                    dnnl::memory::format_tag tag) {
  return {dims, dnnl::memory::data_type::f32, tag};
}

/// Returns kernels as a list, without null ones. It can't be written as an
/// initializer list because kernels don't copy.
template <typename... Kernels>
std::unique_ptr<Kernel> inSequence(Kernels... kernels) {
  std::vector<std::unique_ptr<Kernel>> list;
  ((kernels ? list.push_back(std::move(kernels)) : void()), ...);
  return std::make_unique<SequenceKernel>(std::move(list));
}

} // namespace layerpipe::runtime::onednn

#endif // LAYERPIPE_LIB_RUNTIME_ONEDNN_KERNELS_H
