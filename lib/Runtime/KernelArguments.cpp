//===- KernelArguments.cpp - The sizes of a kernel's arguments ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers with weights have their arguments in the same order, whether they are
// dense or convolve.
//
//===----------------------------------------------------------------------===//

#include "KernelArguments.h"

using namespace layerpipe::runtime;

namespace {

/// These are the sizes of a layer's tensors.
struct LayerElements {
  int64_t x, w, b, y;
};

} // namespace

static std::vector<int64_t> ofLayer(Direction direction, bool hasBias,
                                    const LayerElements &e) {
  std::vector<int64_t> elements;
  switch (direction) {
  case Direction::Forward:
    elements = {e.x, e.w};
    break;
  case Direction::GradInput:
    return {e.y, e.w, e.x};
  case Direction::GradWeight:
    elements = {e.y, e.x, e.w};
    break;
  case Direction::Backward:
    elements = {e.y, e.x, e.w, e.x, e.w};
    break;
  }
  if (hasBias)
    elements.push_back(e.b);
  if (direction == Direction::Forward)
    elements.push_back(e.y);
  return elements;
}

static std::vector<int64_t> elementsOf(const LinearOp &op) {
  const LinearSizes &s = op.sizes;
  const int64_t count = op.products.value_or(1);
  return ofLayer(op.direction, s.hasBias,
                 {count * s.batch * s.in, count * s.out * s.in, s.out,
                  count * s.batch * s.out});
}

static std::vector<int64_t> elementsOf(const ConvOp &op) {
  const ConvSizes &s = op.sizes;
  const int64_t image = s.batch * s.inChannels * s.height * s.width;
  const int64_t output = s.batch * s.outChannels * s.outHeight() * s.outWidth();
  const int64_t w = s.weightElements();
  if (op.transposed)
    return ofLayer(op.direction, s.hasBias, {output, w, s.inChannels, image});
  return ofLayer(op.direction, s.hasBias, {image, w, s.outChannels, output});
}

static std::vector<int64_t> elementsOf(const PoolOp &op) {
  const PoolSizes &s = op.sizes;
  const int64_t x = s.batch * s.channels * s.height * s.width;
  const int64_t y = s.batch * s.channels * s.outHeight() * s.outWidth();
  if (!op.gradient)
    return {x, y};
  return op.maximum ? std::vector<int64_t>{y, x, x}
                    : std::vector<int64_t>{y, x};
}

static std::vector<int64_t> elementsOf(const CrossEntropyOp &op) {
  const ClassSizes &s = op.sizes;
  const int64_t logits = s.labels() * s.classes;
  std::vector<int64_t> elements = {logits, s.labels()};
  if (s.population)
    elements.push_back(s.population);
  elements.push_back(op.gradient ? logits : 1);
  return elements;
}

static std::vector<int64_t> elementsOf(const SquaredErrorOp &op) {
  return {op.elements, op.elements, op.gradient ? op.elements : 1};
}

std::vector<int64_t> layerpipe::runtime::argumentElements(const KernelOp &op) {
  return std::visit([](const auto &known) { return elementsOf(known); }, op);
}
