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

/// Returns the extents of the weights, which have a dimension of groups if
/// there are several.
memory::dims weightsOf(const ConvSizes &s) {
  const int64_t height = s.window.h.kernel, width = s.window.w.kernel;
  if (s.groups == 1)
    return {s.outChannels, s.inChannels, height, width};
  return {s.groups, s.outPerGroup(), s.inPerGroup(), height, width};
}

/// These describe the arguments; `plain` ones lie in rows, and for others
/// oneDNN chooses the layout.
struct Descriptions {
  Descriptions(const ConvSizes &s, bool plain)
      : x(plainDesc({s.batch, s.inChannels, s.height, s.width},
                    plain ? Tag::nchw : Tag::any)),
        w(plainDesc(weightsOf(s), !plain         ? Tag::any
                                  : s.groups > 1 ? Tag::goihw
                                                 : Tag::oihw)),
        b(plainDesc({s.outChannels}, Tag::a)),
        y(plainDesc({s.batch, s.outChannels, s.outHeight(), s.outWidth()},
                    plain ? Tag::nchw : Tag::any)),
        strides{s.window.h.stride, s.window.w.stride},
        dilations{s.window.h.dilation - 1, s.window.w.dilation - 1},
        padding{s.window.h.padBegin, s.window.w.padBegin},
        paddingEnd{beyond(s.window.h, s.height), beyond(s.window.w, s.width)} {}

  memory::desc x, w, b, y;
  /// The padding at the end is what the last window really reaches.
  memory::dims strides, dilations, padding, paddingEnd;
};

using Forward = dnnl::convolution_forward;
using GradInput = dnnl::convolution_backward_data;
using GradWeight = dnnl::convolution_backward_weights;

/// This is one way to convolve.
struct Method {
  dnnl::algorithm algorithm;
  bool plainLayouts;
  const char *implementation; ///< The primitive's name must contain this.

  Descriptions wanted(const ConvSizes &s) const { return {s, plainLayouts}; }
};

} // namespace

static Descriptions plain(const ConvSizes &s) { return {s, /*plain=*/true}; }

static Forward::primitive_desc forwardDesc(const ConvSizes &s,
                                           const Method &method) {
  Descriptions d = method.wanted(s);
  auto kind = dnnl::prop_kind::forward_training;
  Forward::desc desc =
      s.hasBias
          ? Forward::desc(kind, method.algorithm, d.x, d.w, d.b, d.y, d.strides,
                          d.dilations, d.padding, d.paddingEnd)
          : Forward::desc(kind, method.algorithm, d.x, d.w, d.y, d.strides,
                          d.dilations, d.padding, d.paddingEnd);
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
                       d.strides, d.dilations, d.padding, d.paddingEnd);
  // It must outlive the search for an implementation.
  const Forward::primitive_desc hint = forwardDesc(s, method);
  GradInput::primitive_desc p(desc, primitiveAttributes(), engine(), hint);
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
                        d.strides, d.dilations, d.padding, d.paddingEnd);
  // It must outlive the search for an implementation.
  const Forward::primitive_desc hint = forwardDesc(s, method);
  GradWeight::primitive_desc p(desc, primitiveAttributes(), engine(), hint);
  if (!select(p, method))
    return noSuchMethod(method);
  return kernelOf<GradWeight>(
      p, {{DNNL_ARG_DIFF_DST, 0, false, d.y, p.diff_dst_desc()},
          {DNNL_ARG_SRC, 1, false, d.x, p.src_desc()},
          weightsOperand(DNNL_ARG_DIFF_WEIGHTS, 2, true, op,
                         p.diff_weights_desc())});
}

static Offer makePart(const ConvOp &op, const Method &method) {
  if (op.sizes.groups > 1 && !op.weights.empty())
    return Offer::refuse("it takes weights of groups in rows only");
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
  const ConvSizes &s = std::get<ConvOp>(op).sizes;
  // oneDNN 2.6 crashes when it is asked for the implementations of these.
  if (s.outChannels * s.outHeight() * s.outWidth() == 1)
    return Offer::refuse("it wants more than one output of a sample");
  return makePart(std::get<ConvOp>(op),
                  {dnnl::algorithm::convolution_direct, true, "gemm"});
}
