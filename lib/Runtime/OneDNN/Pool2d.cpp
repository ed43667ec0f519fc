//===- Pool2d.cpp - Pooling by oneDNN -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has average pooling and its gradient on plain layouts. It has no
// maximum pooling, because oneDNN's leaves open what becomes of NaN and of
// ties. It has no average of large windows, which oneDNN sums up in f32: that
// is off by 1 % for 1024 x 1024.
//
//===----------------------------------------------------------------------===//

#include "../KernelSizes.h"
#include "Kernels.h"

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::onednn;
using dnnl::memory;

/// Windows up to 16 x 16 are summed up in f32.
static constexpr int64_t largestArea = 256;

static dnnl::pooling_forward::primitive_desc
forwardDesc(const PoolSizes &s, const memory::desc &x, const memory::desc &y,
            const dnnl::engine &engine) {
  memory::dims strides{s.stride, s.stride}, kernel{s.kernel, s.kernel};
  memory::dims none{0, 0};
  dnnl::pooling_forward::desc desc(dnnl::prop_kind::forward_training,
                                   dnnl::algorithm::pooling_avg_exclude_padding,
                                   x, y, strides, kernel, none, none);
  return {desc, primitiveAttributes(), engine};
}

MadeKernel onednn::makePool2d(const KernelDescription &description,
                              const dnnl::engine &engine) {
  bool forward = description.op == "avg_pool2d";
  if (!forward && description.op != "avg_pool2d_grad")
    return std::unique_ptr<Kernel>();
  Result<PoolSizes> sizes = poolSizes(description);
  if (!sizes)
    return sizes.error();
  const PoolSizes &s = *sizes;
  if (s.kernel * s.kernel > largestArea)
    return std::unique_ptr<Kernel>(); // The reference library has it.
  auto tag = memory::format_tag::nchw;
  memory::desc x = plainDesc({s.batch, s.channels, s.height, s.width}, tag);
  memory::desc y =
      plainDesc({s.batch, s.channels, s.outHeight(), s.outWidth()}, tag);
  auto forwardPrimitive = forwardDesc(s, x, y, engine);
  if (forward)
    return std::unique_ptr<Kernel>(std::make_unique<PrimitiveKernel>(
        engine, dnnl::pooling_forward(forwardPrimitive),
        forwardPrimitive.scratchpad_desc(),
        std::vector<Operand>{{DNNL_ARG_SRC, 0, false, x, x},
                             {DNNL_ARG_DST, 1, true, y, y}}));
  memory::dims strides{s.stride, s.stride}, kernel{s.kernel, s.kernel};
  dnnl::pooling_backward::desc desc(
      dnnl::algorithm::pooling_avg_exclude_padding, x, y, strides, kernel,
      {0, 0}, {0, 0});
  dnnl::pooling_backward::primitive_desc p(desc, primitiveAttributes(), engine,
                                           forwardPrimitive);
  return std::unique_ptr<Kernel>(std::make_unique<PrimitiveKernel>(
      engine, dnnl::pooling_backward(p), p.scratchpad_desc(),
      std::vector<Operand>{{DNNL_ARG_DIFF_DST, 0, false, y, y},
                           {DNNL_ARG_DIFF_SRC, 1, true, x, x}}));
}
