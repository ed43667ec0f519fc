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
        strides{s.window.h.stride, s.window.w.stride},
        kernel{s.window.h.kernel, s.window.w.kernel},
        padding{s.window.h.padBegin, s.window.w.padBegin},
        paddingEnd{beyond(s.window.h, s.height), beyond(s.window.w, s.width)},
        average(s.countPadding ? dnnl::algorithm::pooling_avg_include_padding
                               : dnnl::algorithm::pooling_avg_exclude_padding) {
  }

  memory::desc x, y;
  memory::dims strides, kernel, padding, paddingEnd;
  dnnl::algorithm average;
};

using Forward = dnnl::pooling_forward;
using Backward = dnnl::pooling_backward;

} // namespace

static Forward::primitive_desc forwardDesc(const Descriptions &d) {
  Forward::desc desc(dnnl::prop_kind::forward_training, d.average, d.x, d.y,
                     d.strides, d.kernel, d.padding, d.paddingEnd);
  return {desc, primitiveAttributes(), engine()};
}

static std::unique_ptr<Kernel> makeForward(const Descriptions &d) {
  return kernelOf<Forward>(forwardDesc(d), {{DNNL_ARG_SRC, 0, false, d.x, d.x},
                                            {DNNL_ARG_DST, 1, true, d.y, d.y}});
}

static std::unique_ptr<Kernel> makeBackward(const Descriptions &d) {
  Backward::desc desc(d.average, d.x, d.y, d.strides, d.kernel, d.padding,
                      d.paddingEnd);
  Backward::primitive_desc p(desc, primitiveAttributes(), engine(),
                             forwardDesc(d));
  return kernelOf<Backward>(p, {{DNNL_ARG_DIFF_DST, 0, false, d.y, d.y},
                                {DNNL_ARG_DIFF_SRC, 1, true, d.x, d.x}});
}

/// Returns whether the last windows reach beyond the padding.
static bool leavesPadding(const PoolSizes &s) {
  return beyond(s.window.h, s.height) > s.window.h.padEnd ||
         beyond(s.window.w, s.width) > s.window.w.padEnd;
}

Offer onednn::averagePool2d(const KernelOp &op) {
  const auto &pool = std::get<PoolOp>(op);
  if (pool.maximum)
    return Offer::refuse("it has no maximum pooling, because oneDNN's leaves "
                         "open what becomes of NaN and of ties");
  if (pool.sizes.window.taps() > largestArea)
    return Offer::refuse("it has windows of up to 16 x 16, because oneDNN sums "
                         "up in f32");
  if (pool.sizes.window.h.dilation != 1 || pool.sizes.window.w.dilation != 1)
    return Offer::refuse("it has no dilated windows");
  if (pool.sizes.countPadding && leavesPadding(pool.sizes))
    return Offer::refuse("it counts all positions of a window, and these reach "
                         "beyond the padding");
  Descriptions d(pool.sizes);
  return offerOf(
      [&] { return pool.gradient ? makeBackward(d) : makeForward(d); });
}
