//===- Conv2d.cpp - Convolutions by oneDNN --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These kernels convolve by one of oneDNN's algorithms, with reorders from and
// to plain layouts in the workspace where the algorithm wants others.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::onednn;
using dnnl::memory;
using Tag = memory::format_tag;

namespace {

/// These describe the arguments; with Tag::any, oneDNN chooses the layout.
struct Descriptions {
  Descriptions(const ConvSizes &s, Tag image, Tag weights)
      : x(plainDesc({s.batch, s.inChannels, s.height, s.width}, image)),
        w(plainDesc({s.outChannels, s.inChannels, s.kernelH, s.kernelW},
                    weights)),
        b(plainDesc({s.outChannels}, Tag::a)),
        y(plainDesc({s.batch, s.outChannels, s.outHeight(), s.outWidth()},
                    image)),
        strides{s.stride, s.stride}, padding{s.padding, s.padding},
        paddingEnd{
            (s.outHeight() - 1) * s.stride + s.kernelH - s.height - s.padding,
            (s.outWidth() - 1) * s.stride + s.kernelW - s.width - s.padding} {}

  memory::desc x, w, b, y;
  /// The padding at the end is what the last window really reaches.
  memory::dims strides, padding, paddingEnd;
};

using Forward = dnnl::convolution_forward;
using GradInput = dnnl::convolution_backward_data;
using GradWeight = dnnl::convolution_backward_weights;

/// This is one way to convolve.
struct Method {
  dnnl::algorithm algorithm;
  bool plainLayouts;
  const char *implementation; ///< The primitive's name must contain this.

  Descriptions wanted(const ConvSizes &s) const {
    return plainLayouts ? Descriptions(s, Tag::nchw, Tag::oihw)
                        : Descriptions(s, Tag::any, Tag::any);
  }
};

} // namespace

static Descriptions plain(const ConvSizes &s) {
  return {s, Tag::nchw, Tag::oihw};
}

static Forward::primitive_desc forwardDesc(const ConvSizes &s,
                                           const Method &method) {
  Descriptions d = method.wanted(s);
  auto kind = dnnl::prop_kind::forward_training;
  Forward::desc desc =
      s.hasBias ? Forward::desc(kind, method.algorithm, d.x, d.w, d.b, d.y,
                                d.strides, d.padding, d.paddingEnd)
                : Forward::desc(kind, method.algorithm, d.x, d.w, d.y,
                                d.strides, d.padding, d.paddingEnd);
  return {desc, primitiveAttributes(), engine()};
}

/// Moves on to an implementation of the method; false if there is none.
template <typename PrimitiveDesc>
static bool select(PrimitiveDesc &p, const Method &method) {
  do {
    if (std::string_view(p.impl_info_str()).find(method.implementation) !=
        std::string_view::npos)
      return true;
  } while (p.next_impl());
  return false;
}

static Offer noSuchMethod(const Method &method) {
  return Offer::refuse(std::string("oneDNN has no implementation '") +
                       method.implementation + "' for this shape on this CPU");
}

static Offer makeForward(const ConvOp &op, const Method &method) {
  const ConvSizes &s = op.sizes;
  Descriptions d = plain(s);
  Forward::primitive_desc p = forwardDesc(s, method);
  if (!select(p, method))
    return noSuchMethod(method);
  std::vector<Operand> operands = {
      {DNNL_ARG_SRC, 0, false, d.x, p.src_desc()},
      weightsOperand(DNNL_ARG_WEIGHTS, 1, false, op, p.weights_desc())};
  if (s.hasBias)
    operands.push_back({DNNL_ARG_BIAS, 2, false, d.b, d.b});
  operands.push_back({DNNL_ARG_DST, operands.size(), true, d.y, p.dst_desc()});
  return kernelOf<Forward>(p, operands);
}

static Offer makeGradInput(const ConvOp &op, const Method &method) {
  const ConvSizes &s = op.sizes;
  Descriptions d = plain(s), wanted = method.wanted(s);
  GradInput::desc desc(method.algorithm, wanted.x, wanted.w, wanted.y,
                       d.strides, d.padding, d.paddingEnd);
  GradInput::primitive_desc p(desc, primitiveAttributes(), engine(),
                              forwardDesc(s, method));
  if (!select(p, method))
    return noSuchMethod(method);
  return kernelOf<GradInput>(
      p, {{DNNL_ARG_DIFF_DST, 0, false, d.y, p.diff_dst_desc()},
          weightsOperand(DNNL_ARG_WEIGHTS, 1, false, op, p.weights_desc()),
          {DNNL_ARG_DIFF_SRC, 2, true, d.x, p.diff_src_desc()}});
}

static Offer makeGradWeight(const ConvOp &op, const Method &method) {
  const ConvSizes &s = op.sizes;
  Descriptions d = plain(s), wanted = method.wanted(s);
  GradWeight::desc desc(method.algorithm, wanted.x, wanted.w, wanted.y,
                        d.strides, d.padding, d.paddingEnd);
  GradWeight::primitive_desc p(desc, primitiveAttributes(), engine(),
                               forwardDesc(s, method));
  if (!select(p, method))
    return noSuchMethod(method);
  return kernelOf<GradWeight>(
      p, {{DNNL_ARG_DIFF_DST, 0, false, d.y, p.diff_dst_desc()},
          {DNNL_ARG_SRC, 1, false, d.x, p.src_desc()},
          weightsOperand(DNNL_ARG_DIFF_WEIGHTS, 2, true, op,
                         p.diff_weights_desc())});
}

static Offer makePart(const ConvOp &op, const Method &method) {
  return offerOf([&] {
    if (op.direction == Direction::GradInput)
      return makeGradInput(op, method);
    if (op.direction == Direction::GradWeight)
      return makeGradWeight(op, method);
    return makeForward(op, method);
  });
}

Offer onednn::directConv2d(const KernelOp &op) {
  return makePart(std::get<ConvOp>(op),
                  {dnnl::algorithm::convolution_direct, false, ""});
}

Offer onednn::winogradConv2d(const KernelOp &op) {
  return makePart(std::get<ConvOp>(op),
                  {dnnl::algorithm::convolution_winograd, false, "wino"});
}

Offer onednn::gemmConv2d(const KernelOp &op) {
  return makePart(std::get<ConvOp>(op),
                  {dnnl::algorithm::convolution_direct, true, "gemm"});
}
