//===- Conv2d.cpp - Convolutions by oneDNN --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These kernels convolve directly in the layouts that oneDNN prefers, with
// reorders from and to plain ones in the workspace. Even with the reorders this
// is faster than on plain layouts.
//
//===----------------------------------------------------------------------===//

#include "../KernelSizes.h"
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
constexpr auto direct = dnnl::algorithm::convolution_direct;

} // namespace

static Descriptions plain(const ConvSizes &s) {
  return {s, Tag::nchw, Tag::oihw};
}
static Descriptions preferred(const ConvSizes &s) {
  return {s, Tag::any, Tag::any};
}

static Forward::primitive_desc forwardDesc(const ConvSizes &s,
                                           const dnnl::engine &engine) {
  Descriptions d = preferred(s);
  auto kind = dnnl::prop_kind::forward_training;
  Forward::desc desc = s.hasBias
                           ? Forward::desc(kind, direct, d.x, d.w, d.b, d.y,
                                           d.strides, d.padding, d.paddingEnd)
                           : Forward::desc(kind, direct, d.x, d.w, d.y,
                                           d.strides, d.padding, d.paddingEnd);
  return {desc, primitiveAttributes(), engine};
}

static std::unique_ptr<Kernel> makeForward(const ConvSizes &s,
                                           const dnnl::engine &engine) {
  Descriptions d = plain(s);
  Forward::primitive_desc p = forwardDesc(s, engine);
  std::vector<Operand> operands = {
      {DNNL_ARG_SRC, 0, false, d.x, p.src_desc()},
      {DNNL_ARG_WEIGHTS, 1, false, d.w, p.weights_desc()}};
  if (s.hasBias)
    operands.push_back({DNNL_ARG_BIAS, 2, false, d.b, d.b});
  operands.push_back({DNNL_ARG_DST, operands.size(), true, d.y, p.dst_desc()});
  return std::make_unique<PrimitiveKernel>(engine, Forward(p),
                                           p.scratchpad_desc(), operands);
}

/// Makes the kernel of dx. The indices are those of dy, w and dx among the
/// kernel's arguments.
static std::unique_ptr<Kernel> makeGradInput(const ConvSizes &s,
                                             const dnnl::engine &engine,
                                             size_t dy, size_t w, size_t dx) {
  Descriptions d = plain(s), any = preferred(s);
  GradInput::desc desc(direct, any.x, any.w, any.y, d.strides, d.padding,
                       d.paddingEnd);
  GradInput::primitive_desc p(desc, primitiveAttributes(), engine,
                              forwardDesc(s, engine));
  return std::make_unique<PrimitiveKernel>(
      engine, GradInput(p), p.scratchpad_desc(),
      std::vector<Operand>{
          {DNNL_ARG_DIFF_DST, dy, false, d.y, p.diff_dst_desc()},
          {DNNL_ARG_WEIGHTS, w, false, d.w, p.weights_desc()},
          {DNNL_ARG_DIFF_SRC, dx, true, d.x, p.diff_src_desc()}});
}

/// Makes the kernel of dw. The gradient of the bias, where there is one,
/// follows dw.
static std::unique_ptr<Kernel> makeGradWeight(const ConvSizes &s,
                                              const dnnl::engine &engine,
                                              size_t dy, size_t x, size_t dw) {
  Descriptions d = plain(s), any = preferred(s);
  GradWeight::desc desc(direct, any.x, any.w, any.y, d.strides, d.padding,
                        d.paddingEnd);
  GradWeight::primitive_desc p(desc, primitiveAttributes(), engine,
                               forwardDesc(s, engine));
  std::vector<Operand> operands = {
      {DNNL_ARG_DIFF_DST, dy, false, d.y, p.diff_dst_desc()},
      {DNNL_ARG_SRC, x, false, d.x, p.src_desc()},
      {DNNL_ARG_DIFF_WEIGHTS, dw, true, d.w, p.diff_weights_desc()}};
  auto weights = std::make_unique<PrimitiveKernel>(
      engine, GradWeight(p), p.scratchpad_desc(), operands);
  BiasSizes bias{s.batch, s.outChannels, s.outHeight() * s.outWidth()};
  return inSequence(std::unique_ptr<Kernel>(std::move(weights)),
                    s.hasBias ? makeBiasGradient(bias, dy, dw + 1) : nullptr);
}

MadeKernel onednn::makeConv2d(const KernelDescription &description,
                              const dnnl::engine &engine) {
  const std::string &op = description.op;
  if (op != "conv2d" && op != "conv2d_grad_input" &&
      op != "conv2d_grad_weight" && op != "conv2d_backward")
    return std::unique_ptr<Kernel>();
  Result<ConvSizes> sizes = convSizes(description);
  if (!sizes)
    return sizes.error();
  if (op == "conv2d")
    return makeForward(*sizes, engine);
  if (op == "conv2d_grad_input")
    return makeGradInput(*sizes, engine, 0, 1, 2);
  if (op == "conv2d_grad_weight")
    return makeGradWeight(*sizes, engine, 0, 1, 2);
  return inSequence(makeGradInput(*sizes, engine, 0, 2, 3),
                    makeGradWeight(*sizes, engine, 0, 1, 4));
}
