//===- SmallA.cpp - Products whose left operand is not the largest --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A is packed at once, into panels that stay in the caches. Columns of B and C
// are taken some at a time, and no more after that. A transposed B is packed,
// since blocks of it would lie in few sets of a cache where the stride is a
// power of two; a transposed C is a copy of a block's sums.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"
#include "PanelProduct.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::libxsmm;

/// A block has at most so many columns and terms. B and C are read and written
/// in long rows this way; 160 to 800 terms were equally fast with AVX2.
static constexpr int mostColumns = 48, mostTerms = 800;

namespace {

class SmallA final : public Multiplier {
public:
  explicit SmallA(const Product &product)
      : p(product), blockColumns(columnsOfBlock(p.columns, mostColumns)),
        blockTerms(equalParts(p.terms, mostTerms)) {}

  bool generate() {
    return panels.generate(
        p, {blockColumns, blockTerms}, p.bIsTransposed ? blockTerms : p.bStride,
        p.cIsTransposed ? paddedRows(panelsOf(p.rows)) : p.cStride,
        p.cIsTransposed);
  }

  size_t workspaceBytes() const override {
    return size_t(aElements() + bElements() + cElements()) * sizeof(float);
  }

  void multiply(const float *a, const float *b, const float *bias, float *c,
                float *workspace) const noexcept override {
    float *bPart = workspace + aElements(), *cPart = bPart + bElements();
    for (int k = 0; k < p.terms; k += blockTerms)
      packPanels(p, a + k * p.aTerm, std::min(blockTerms, p.terms - k),
                 panels.panels(), workspace + int64_t(k) * panels.rows());
    for (int n = 0; n < p.columns; n += blockColumns) {
      const int columns = std::min(blockColumns, p.columns - n);
      const float *from = b + (p.bIsTransposed ? n : n * p.bStride);
      if (p.cIsTransposed) {
        multiplyColumns(columns, workspace, from, bPart, cPart, nullptr);
        transpose(cPart, panels.rows(), columns, p.rows, c + n, p.cStride,
                  bias ? bias + n : nullptr);
      } else {
        float *to = c + n * p.cStride;
        if (bias)
          panels.beginWith(bias, columns, to, cPart);
        multiplyColumns(columns, workspace, from, bPart, to, cPart, bias);
        panels.finish(columns, to, cPart);
      }
    }
  }

private:
  // Areas of the workspace begin at whole cache lines.
  static int64_t lines(int64_t elements) { return (elements + 15) / 16 * 16; }
  int64_t aElements() const { return lines(int64_t(panels.rows()) * p.terms); }
  int64_t bElements() const {
    return p.bIsTransposed ? lines(int64_t(blockColumns) * blockTerms) : 0;
  }
  int64_t cElements() const {
    return p.cIsTransposed ? int64_t(blockColumns) * panels.rows()
                           : panels.besideElements(blockColumns);
  }

  /// Computes some columns of C, which are not transposed.
  void multiplyColumns(int columns, const float *packed, const float *b,
                       float *bPart, float *c, float *beside,
                       bool add = false) const noexcept {
    for (int k = 0; k < p.terms; k += blockTerms) {
      const int terms = std::min(blockTerms, p.terms - k);
      if (p.bIsTransposed)
        transpose(b + k * p.bStride, p.bStride, terms, columns, bPart,
                  blockTerms);
      panels.run({columns, terms}, add || k > 0,
                 packed + int64_t(k) * panels.rows(),
                 p.bIsTransposed ? bPart : b + k, c, beside);
    }
  }

  Product p;
  int blockColumns, blockTerms;
  PanelProduct panels;
};

} // namespace

std::unique_ptr<Multiplier> libxsmm::multiplierOfSmallA(const Product &p) {
  auto multiplier = std::make_unique<SmallA>(p);
  return multiplier->generate() ? std::move(multiplier) : nullptr;
}
