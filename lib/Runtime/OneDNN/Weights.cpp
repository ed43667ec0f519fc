//===- Weights.cpp - Layouts of weights as oneDNN describes them ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file turns the texts of layouts into oneDNN's descriptions and back.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "layerpipe/Base/WeightLayout.h"

#include <algorithm>
#include <numeric>

using namespace layerpipe;
using namespace layerpipe::runtime;
using namespace layerpipe::runtime::onednn;
using base::WeightLayout;

/// Returns the description of a checked layout. oneDNN makes one of rows, and
/// has no function for blocks that no tag names.
static dnnl::memory::desc descOf(const WeightLayout &layout) {
  const std::vector<int64_t> &shape = layout.shape();
  std::vector<int64_t> rows(shape.size(), 1);
  for (size_t d = shape.size() - 1; d > 0; --d)
    rows[d - 1] = rows[d] * shape[d];
  dnnl::memory::desc desc(shape, dnnl::memory::data_type::f32, rows);
  dnnl_blocking_desc_t &blocking = desc.data.format_desc.blocking;
  std::ranges::copy(layout.strides(), blocking.strides);
  blocking.inner_nblks = int(layout.blocks().size());
  for (size_t i = 0; i < layout.blocks().size(); ++i) {
    blocking.inner_blks[i] = layout.blocks()[i].size;
    blocking.inner_idxs[i] = dnnl_dim_t(layout.blocks()[i].dimension);
  }
  return desc;
}

/// Returns the description of weights that lie in this layout.
static dnnl::memory::desc descOf(std::string_view text,
                                 const std::vector<int64_t> &shape) {
  auto layout = WeightLayout::parse(text, shape);
  // kernelOp() has checked the text, and other texts come from oneDNN.
  return layout ? descOf(*layout) : dnnl::memory::desc();
}

/// Returns whether the layout has its elements where the description has them.
static bool describes(const WeightLayout &layout,
                      const dnnl_blocking_desc_t &blocking) {
  std::vector<int64_t> outer = layout.shape();
  for (const WeightLayout::Block &block : layout.blocks())
    outer[block.dimension] /= block.size;
  for (size_t d = 0; d < outer.size(); ++d)
    if (outer[d] > 1 && layout.strides()[d] != blocking.strides[d])
      return false;
  return true;
}

/// Returns the layout's text if the description is a permutation of rows, and
/// otherwise, or for rows, "".
static std::string textOf(const dnnl::memory::desc &desc) {
  const dnnl_memory_desc_t &data = desc.data;
  if (data.format_kind != dnnl_blocked || data.extra.flags != 0 ||
      data.offset0 != 0 ||
      !std::equal(data.dims, data.dims + data.ndims, data.padded_dims))
    return "";
  const dnnl_blocking_desc_t &blocking = data.format_desc.blocking;
  std::vector<bool> isCut(data.ndims);
  std::string blocks;
  for (int i = 0; i < blocking.inner_nblks; ++i) {
    isCut[blocking.inner_idxs[i]] = true;
    blocks += std::to_string(blocking.inner_blks[i]);
    blocks += char('a' + blocking.inner_idxs[i]);
  }
  std::vector<int> order(data.ndims);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](int a, int b) {
    return std::pair(blocking.strides[b], a) <
           std::pair(blocking.strides[a], b);
  });
  std::string text;
  for (int d : order)
    text += char((isCut[d] ? 'A' : 'a') + d);
  text += blocks;
  auto layout = WeightLayout::parse(text, desc.dims());
  if (!layout || layout->isRows() || !describes(*layout, blocking))
    return "";
  return text;
}

Operand onednn::weightsOperand(int name, size_t index, bool isOutput,
                               const KernelOp &op,
                               const dnnl::memory::desc &wanted) {
  const std::vector<int64_t> shape = weightShapeOf(op);
  // Weights of several groups have one dimension more in oneDNN. A text of
  // theirs would not fit the layer's weights, which stay in rows.
  if (size_t(wanted.data.ndims) != shape.size())
    return {name, index, isOutput,
            plainDesc(wanted.dims(), dnnl::memory::format_tag::abcde), wanted};
  const std::string_view own = weightLayoutOf(op);
  std::string text = textOf(wanted);
  // Descriptions of one layout may differ in strides that nobody uses.
  dnnl::memory::desc kept =
      !text.empty() && text == own ? wanted : descOf(own, shape);
  return {name, index, isOutput, kept, wanted, std::move(text)};
}
