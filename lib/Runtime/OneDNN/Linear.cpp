//===- Linear.cpp - Dense layers by oneDNN --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These kernels use matmul forward and inner_product backward, on plain
// layouts. A blocked weight layout would be up to a tenth faster, but would
// have to be made anew after every update, which costs more.
//
//===----------------------------------------------------------------------===//

#include "../KernelSizes.h"
#include "Kernels.h"

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::onednn;
using dnnl::memory;
using Tag = memory::format_tag;

namespace {

struct Descriptions {
  explicit Descriptions(const LinearSizes &s)
      : x(plainDesc({s.batch, s.in}, Tag::ab)),
        w(plainDesc({s.out, s.in}, Tag::ab)), b(plainDesc({s.out}, Tag::a)),
        y(plainDesc({s.batch, s.out}, Tag::ab)) {}

  memory::desc x, w, b, y;
};

using Forward = dnnl::inner_product_forward;
using GradInput = dnnl::inner_product_backward_data;
using GradWeight = dnnl::inner_product_backward_weights;

} // namespace

/// Returns the description of a forward that backward primitives are planned
/// from.
static Forward::primitive_desc forwardDesc(const LinearSizes &s,
                                           const dnnl::engine &engine) {
  Descriptions d(s);
  auto kind = dnnl::prop_kind::forward_training;
  Forward::desc desc = s.hasBias ? Forward::desc(kind, d.x, d.w, d.b, d.y)
                                 : Forward::desc(kind, d.x, d.w, d.y);
  return {desc, primitiveAttributes(), engine};
}

/// Makes the kernel of y = x wᵀ, for which the weights are seen as a transposed
/// [in, out] matrix.
static std::unique_ptr<Kernel> makeForward(const LinearSizes &s,
                                           const dnnl::engine &engine) {
  Descriptions d(s);
  memory::desc w = plainDesc({s.in, s.out}, Tag::ba);
  memory::desc b = plainDesc({1, s.out}, Tag::ab);
  dnnl::matmul::desc desc = s.hasBias ? dnnl::matmul::desc(d.x, w, b, d.y)
                                      : dnnl::matmul::desc(d.x, w, d.y);
  dnnl::matmul::primitive_desc p(desc, primitiveAttributes(), engine);
  std::vector<Operand> operands = {{DNNL_ARG_SRC, 0, false, d.x, d.x},
                                   {DNNL_ARG_WEIGHTS, 1, false, w, w}};
  if (s.hasBias)
    operands.push_back({DNNL_ARG_BIAS, 2, false, b, b});
  operands.push_back({DNNL_ARG_DST, operands.size(), true, d.y, d.y});
  return std::make_unique<PrimitiveKernel>(engine, dnnl::matmul(p),
                                           p.scratchpad_desc(), operands);
}

/// Makes the kernel of dx. The indices are those of dy, w and dx among the
/// kernel's arguments.
static std::unique_ptr<Kernel> makeGradInput(const LinearSizes &s,
                                             const dnnl::engine &engine,
                                             size_t dy, size_t w, size_t dx) {
  Descriptions d(s);
  GradInput::primitive_desc p(GradInput::desc(d.x, d.w, d.y),
                              primitiveAttributes(), engine,
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
static std::unique_ptr<Kernel> makeGradWeight(const LinearSizes &s,
                                              const dnnl::engine &engine,
                                              size_t dy, size_t x, size_t dw) {
  Descriptions d(s);
  GradWeight::primitive_desc p(GradWeight::desc(d.x, d.w, d.y),
                               primitiveAttributes(), engine,
                               forwardDesc(s, engine));
  std::vector<Operand> operands = {
      {DNNL_ARG_DIFF_DST, dy, false, d.y, p.diff_dst_desc()},
      {DNNL_ARG_SRC, x, false, d.x, p.src_desc()},
      {DNNL_ARG_DIFF_WEIGHTS, dw, true, d.w, p.diff_weights_desc()}};
  auto weights = std::make_unique<PrimitiveKernel>(
      engine, GradWeight(p), p.scratchpad_desc(), operands);
  return inSequence(
      std::unique_ptr<Kernel>(std::move(weights)),
      s.hasBias ? makeBiasGradient({s.batch, s.out, 1}, dy, dw + 1) : nullptr);
}

MadeKernel onednn::makeLinear(const KernelDescription &description,
                              const dnnl::engine &engine) {
  const std::string &op = description.op;
  if (op != "linear" && op != "linear_grad_input" &&
      op != "linear_grad_weight" && op != "linear_backward")
    return std::unique_ptr<Kernel>();
  Result<LinearSizes> sizes = linearSizes(description);
  if (!sizes)
    return sizes.error();
  if (op == "linear")
    return makeForward(*sizes, engine);
  if (op == "linear_grad_input")
    return makeGradInput(*sizes, engine, 0, 1, 2);
  if (op == "linear_grad_weight")
    return makeGradWeight(*sizes, engine, 0, 1, 2);
  return inSequence(makeGradInput(*sizes, engine, 0, 2, 3),
                    makeGradWeight(*sizes, engine, 0, 1, 4));
}
