//===- LargeA.cpp - Products whose left operand is the largest ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A is packed in bands: some terms of all rows. Where the rows of a term lie
// side by side, a band is read as it lies. A band, B's part and C stay in the
// caches, in which C is added up band by band.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"
#include "PanelProduct.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::libxsmm;

/// A band has at most so many elements, 512 KiB, as long as it has enough terms
/// to be worth the sums that are read and written again.
static constexpr int bandElements = 1 << 17, fewestTerms = 32, mostTerms = 128;
static constexpr int mostColumns = 64;

namespace {

class LargeA final : public Multiplier {
public:
  explicit LargeA(const Product &product)
      : p(product),
        bandTerms(std::clamp(bandElements / paddedRows(panelsOf(p.rows)),
                             fewestTerms, mostTerms)),
        blockColumns(columnsOfBlock(p.columns, mostColumns)) {}

  bool generate() {
    return panels.generate(p, {blockColumns, bandTerms}, bandTerms, p.cStride,
                           /*cHasPadding=*/false);
  }

  size_t workspaceBytes() const override {
    return size_t(bandSize() + int64_t(p.columns) * bandTerms +
                  panels.besideElements(p.columns)) *
           sizeof(float);
  }

  void multiply(const float *a, const float *b, const float *bias, float *c,
                float *workspace) const noexcept override {
    float *bPart = workspace + bandSize();
    float *beside = bPart + int64_t(p.columns) * bandTerms;
    if (bias)
      panels.beginWith(bias, p.columns, c, beside);
    for (int k = 0; k < p.terms; k += bandTerms) {
      const int terms = std::min(bandTerms, p.terms - k);
      packPanels(p, a + k * p.aTerm, terms, panels.panels(), workspace);
      for (int n = 0; n < p.columns; ++n)
        std::copy_n(b + n * p.bStride + k, terms,
                    bPart + n * int64_t(bandTerms));
      for (int n = 0; n < p.columns; n += blockColumns)
        panels.run({std::min(blockColumns, p.columns - n), terms},
                   bias || k > 0, workspace, bPart + n * int64_t(bandTerms),
                   c + n * p.cStride, beside + panels.besideElements(n));
    }
    panels.finish(p.columns, c, beside);
  }

private:
  int64_t bandSize() const { return int64_t(panels.rows()) * bandTerms; }

  Product p;
  int bandTerms, blockColumns;
  PanelProduct panels;
};

} // namespace

std::unique_ptr<Multiplier> libxsmm::multiplierOfLargeA(const Product &p) {
  auto multiplier = std::make_unique<LargeA>(p);
  return multiplier->generate() ? std::move(multiplier) : nullptr;
}
