//===- PanelProduct.cpp - Panels with their kernels -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PanelProduct.h"

#include <algorithm>

using namespace layerpipe::runtime::libxsmm;

bool PanelProduct::generate(const Product &product,
                            const PanelKernels::Sizes &block, int64_t bStride,
                            int64_t stride, bool cHasPadding) {
  allPanels = panelsOf(product.rows);
  cStride = stride;
  lastIsBeside = allPanels.back().isPadded() && !cHasPadding;
  for (size_t i = 0; i < allPanels.size(); ++i) {
    const int height = allPanels[i].height;
    const bool isBeside = lastIsBeside && i + 1 == allPanels.size();
    const bool isLikeBefore =
        i > 0 && !isBeside && height == allPanels[i - 1].height;
    if (!isLikeBefore && !kernels.emplace_back().generate(
                             height, {product.columns, product.terms}, block,
                             bStride, isBeside ? int64_t(height) : cStride))
      return false;
    kernelsOf.push_back(kernels.size() - 1);
  }
  return true;
}

void PanelProduct::beginWith(const float *bias, int columns, float *c,
                             float *beside) const noexcept {
  const Panel &last = allPanels.back();
  const int direct = lastIsBeside ? last.begin : last.begin + last.rows;
  for (int n = 0; n < columns; ++n) {
    std::copy_n(bias, direct, c + n * cStride);
    if (lastIsBeside)
      std::copy_n(bias + last.begin, last.rows,
                  beside + n * int64_t(last.height));
  }
}

void PanelProduct::finish(int columns, float *c,
                          const float *beside) const noexcept {
  const Panel &last = allPanels.back();
  for (int n = 0; lastIsBeside && n < columns; ++n)
    std::copy_n(beside + n * int64_t(last.height), last.rows,
                c + n * cStride + last.begin);
}
