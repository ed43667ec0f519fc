//===- Kernels.h - What the kernels of oneDNN share -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the engine, the attributes of primitives, and the refusal of what
// oneDNN doesn't have.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_ONEDNN_KERNELS_H
#define LAYERPIPE_LIB_RUNTIME_ONEDNN_KERNELS_H

#include "Candidates.h"
#include "PrimitiveKernel.h"

namespace layerpipe::runtime::onednn {

const dnnl::engine &engine();

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

/// Returns how far the last window reaches beyond an image of that size, or how
/// much it leaves of it, negative. That is what oneDNN calls padding at the
/// end.
inline int64_t beyond(const base::WindowAxis &axis, int64_t size) {
  return axis.under(axis.windows(size) - 1, axis.kernel - 1) + 1 - size;
}

/// Returns the operand for the weights of `op`, or for their gradient, which
/// the program keeps in the op's layout.
Operand weightsOperand(int name, size_t index, bool isOutput,
                       const KernelOp &op, const dnnl::memory::desc &wanted);

/// Returns what `make` returns. What oneDNN throws becomes a refusal.
template <typename Make> Offer offerOf(Make make) {
  try {
    return make();
  } catch (const dnnl::error &error) {
    if (error.status == dnnl_unimplemented)
      return Offer::refuse(
          "oneDNN does not have it for this shape on this CPU");
    return Offer::refuse(std::string("oneDNN says ") + error.what());
  }
}

/// Returns the kernel of a primitive with these operands.
template <typename Primitive, typename Description>
std::unique_ptr<Kernel> kernelOf(const Description &description,
                                 const std::vector<Operand> &operands) {
  return std::make_unique<PrimitiveKernel>(engine(), Primitive(description),
                                           description.scratchpad_desc(),
                                           operands);
}

} // namespace layerpipe::runtime::onednn

#endif // LAYERPIPE_LIB_RUNTIME_ONEDNN_KERNELS_H
