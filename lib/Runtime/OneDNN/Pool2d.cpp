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

#include "Kernels.h"

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::onednn;
using dnnl::memory;

/// Windows up to 16 x 16 are summed up in f32.
static constexpr int64_t largestArea = 256;

namespace {

struct Descriptions {
  explicit Descriptions(const PoolSizes &s)
      : x(plainDesc({s.batch, s.channels, s.height, s.width},
                    memory::format_tag::nchw)),
        y(plainDesc({s.batch, s.channels, s.outHeight(), s.outWidth()},
                    memory::format_tag::nchw)),
        strides{s.stride, s.stride}, kernel{s.kernel, s.kernel} {}

  memory::desc x, y;
  memory::dims strides, kernel, none{0, 0};
};

using Forward = dnnl::pooling_forward;
using Backward = dnnl::pooling_backward;
constexpr auto average = dnnl::algorithm::pooling_avg_exclude_padding;

} // namespace

static Forward::primitive_desc forwardDesc(const Descriptions &d) {
  Forward::desc desc(dnnl::prop_kind::forward_training, average, d.x, d.y,
                     d.strides, d.kernel, d.none, d.none);
  return {desc, primitiveAttributes(), engine()};
}

static std::unique_ptr<Kernel> makeForward(const Descriptions &d) {
  return kernelOf<Forward>(forwardDesc(d), {{DNNL_ARG_SRC, 0, false, d.x, d.x},
                                            {DNNL_ARG_DST, 1, true, d.y, d.y}});
}

static std::unique_ptr<Kernel> makeBackward(const Descriptions &d) {
  Backward::desc desc(average, d.x, d.y, d.strides, d.kernel, d.none, d.none);
  Backward::primitive_desc p(desc, primitiveAttributes(), engine(),
                             forwardDesc(d));
  return kernelOf<Backward>(p, {{DNNL_ARG_DIFF_DST, 0, false, d.y, d.y},
                                {DNNL_ARG_DIFF_SRC, 1, true, d.x, d.x}});
}

Offer onednn::averagePool2d(const KernelOp &op) {
  const auto &pool = std::get<PoolOp>(op);
  if (pool.maximum)
    return Offer::refuse("it has no maximum pooling, because oneDNN's leaves "
                         "open what becomes of NaN and of ties");
  if (pool.sizes.kernel * pool.sizes.kernel > largestArea)
    return Offer::refuse("it has windows of up to 16 x 16, because oneDNN sums "
                         "up in f32");
  Descriptions d(pool.sizes);
  return offerOf(
      [&] { return pool.gradient ? makeBackward(d) : makeForward(d); });
}
