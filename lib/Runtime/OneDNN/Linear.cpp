//===- Linear.cpp - Dense layers by oneDNN --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These kernels use matmul or inner_product, on plain layouts or on those that
// oneDNN prefers. A blocked layout is up to a tenth faster on CPUs with
// AVX-512, but is made anew in each execution here, unless the program keeps
// its weights so; on others it may be three times slower.
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
  Descriptions(const LinearSizes &s, Tag matrix)
      : x(plainDesc({s.batch, s.in}, matrix)),
        w(plainDesc({s.out, s.in}, matrix)), b(plainDesc({s.out}, Tag::a)),
        y(plainDesc({s.batch, s.out}, matrix)) {}

  memory::desc x, w, b, y;
};

using Forward = dnnl::inner_product_forward;
using GradInput = dnnl::inner_product_backward_data;
using GradWeight = dnnl::inner_product_backward_weights;

} // namespace

/// Returns the description of a forward, from which backward primitives are
/// planned, too.
static Forward::primitive_desc forwardDesc(const LinearSizes &s, Tag matrix) {
  Descriptions d(s, matrix);
  auto kind = dnnl::prop_kind::forward_training;
  Forward::desc desc = s.hasBias ? Forward::desc(kind, d.x, d.w, d.b, d.y)
                                 : Forward::desc(kind, d.x, d.w, d.y);
  return {desc, primitiveAttributes(), engine()};
}

/// Makes the kernel of y = x wᵀ by matmul, for which the weights are seen as a
/// transposed [in, out] matrix.
static std::unique_ptr<Kernel> makeMatmul(const LinearSizes &s) {
  Descriptions d(s, Tag::ab);
  memory::desc w = plainDesc({s.in, s.out}, Tag::ba);
  memory::desc b = plainDesc({1, s.out}, Tag::ab);
  dnnl::matmul::desc desc = s.hasBias ? dnnl::matmul::desc(d.x, w, b, d.y)
                                      : dnnl::matmul::desc(d.x, w, d.y);
  dnnl::matmul::primitive_desc p(desc, primitiveAttributes(), engine());
  std::vector<Operand> operands = {{DNNL_ARG_SRC, 0, false, d.x, d.x},
                                   {DNNL_ARG_WEIGHTS, 1, false, w, w}};
  if (s.hasBias)
    operands.push_back({DNNL_ARG_BIAS, 2, false, b, b});
  operands.push_back({DNNL_ARG_DST, operands.size(), true, d.y, d.y});
  return kernelOf<dnnl::matmul>(p, operands);
}

/// Makes the kernel of y by inner_product in the layouts that it prefers.
static std::unique_ptr<Kernel> makeInnerProduct(const LinearOp &op) {
  const LinearSizes &s = op.sizes;
  Descriptions d(s, Tag::ab);
  Forward::primitive_desc p = forwardDesc(s, Tag::any);
  std::vector<Operand> operands = {
      {DNNL_ARG_SRC, 0, false, d.x, p.src_desc()},
      weightsOperand(DNNL_ARG_WEIGHTS, 1, false, op, p.weights_desc())};
  if (s.hasBias)
    operands.push_back({DNNL_ARG_BIAS, 2, false, d.b, d.b});
  operands.push_back({DNNL_ARG_DST, operands.size(), true, d.y, p.dst_desc()});
  return kernelOf<Forward>(p, operands);
}

static std::unique_ptr<Kernel> makeGradInput(const LinearOp &op, Tag matrix) {
  const LinearSizes &s = op.sizes;
  Descriptions d(s, Tag::ab), wanted(s, matrix);
  GradInput::primitive_desc p(GradInput::desc(wanted.x, wanted.w, wanted.y),
                              primitiveAttributes(), engine(),
                              forwardDesc(s, matrix));
  return kernelOf<GradInput>(
      p, {{DNNL_ARG_DIFF_DST, 0, false, d.y, p.diff_dst_desc()},
          weightsOperand(DNNL_ARG_WEIGHTS, 1, false, op, p.weights_desc()),
          {DNNL_ARG_DIFF_SRC, 2, true, d.x, p.diff_src_desc()}});
}

static std::unique_ptr<Kernel> makeGradWeight(const LinearOp &op, Tag matrix) {
  const LinearSizes &s = op.sizes;
  Descriptions d(s, Tag::ab), wanted(s, matrix);
  GradWeight::primitive_desc p(GradWeight::desc(wanted.x, wanted.w, wanted.y),
                               primitiveAttributes(), engine(),
                               forwardDesc(s, matrix));
  return kernelOf<GradWeight>(
      p, {{DNNL_ARG_DIFF_DST, 0, false, d.y, p.diff_dst_desc()},
          {DNNL_ARG_SRC, 1, false, d.x, p.src_desc()},
          weightsOperand(DNNL_ARG_DIFF_WEIGHTS, 2, true, op,
                         p.diff_weights_desc())});
}

static Offer makePart(const LinearOp &op, Tag matrix) {
  if (op.direction == Direction::GradInput)
    return makeGradInput(op, matrix);
  if (op.direction == Direction::GradWeight)
    return makeGradWeight(op, matrix);
  return matrix == Tag::any ? makeInnerProduct(op) : makeMatmul(op.sizes);
}

Offer onednn::plainLinear(const KernelOp &op) {
  return offerOf([&] { return makePart(std::get<LinearOp>(op), Tag::ab); });
}

Offer onednn::anyLinear(const KernelOp &op) {
  return offerOf([&] { return makePart(std::get<LinearOp>(op), Tag::any); });
}
