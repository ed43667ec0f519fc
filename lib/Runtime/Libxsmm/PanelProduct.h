//===- PanelProduct.h - Panels with their kernels ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_LIBXSMM_PANELPRODUCT_H
#define LAYERPIPE_LIB_RUNTIME_LIBXSMM_PANELPRODUCT_H

#include "Panels.h"
#include "Product.h"

namespace layerpipe::runtime::libxsmm {

/// The panels of a product, each with the kernels for its height. The sums of a
/// padded panel don't fit into C. They are kept beside it, column by column,
/// until they are complete.
class PanelProduct {
public:
  /// Returns whether libxsmm generated all kernels. C lies with `cStride`,
  /// and has room for padding if `cHasPadding`.
  bool generate(const Product &product, const PanelKernels::Sizes &block,
                int64_t bStride, int64_t cStride, bool cHasPadding);

  const std::vector<Panel> &panels() const { return allPanels; }
  int rows() const { return paddedRows(allPanels); }

  /// Returns how many floats the sums of a padded panel need for so many
  /// columns.
  int64_t besideElements(int64_t columns) const {
    return lastIsBeside ? columns * allPanels.back().height : 0;
  }

  /// Multiplies all panels with some terms of some columns. `a` are the packed
  /// panels, `beside` has the sums of the padded one for these columns.
  void run(const PanelKernels::Sizes &sizes, bool add, const float *a,
           const float *b, float *c, float *beside) const noexcept {
    for (size_t i = 0; i < allPanels.size(); ++i) {
      const Panel &panel = allPanels[i];
      const bool isBeside = lastIsBeside && i + 1 == allPanels.size();
      kernels[kernelsOf[i]].run(sizes, add,
                                a + panel.begin * int64_t(sizes.terms), b,
                                isBeside ? beside : c + panel.begin);
    }
  }

  /// Puts a bias, of one value for each row, where sums begin.
  void beginWith(const float *bias, int columns, float *c,
                 float *beside) const noexcept;
  /// Copies the sums of the padded panel into C.
  void finish(int columns, float *c, const float *beside) const noexcept;

private:
  std::vector<Panel> allPanels;
  std::vector<PanelKernels> kernels;
  std::vector<size_t> kernelsOf; ///< Of each panel.
  int64_t cStride = 0;
  bool lastIsBeside = false;
};

} // namespace layerpipe::runtime::libxsmm

#endif // LAYERPIPE_LIB_RUNTIME_LIBXSMM_PANELPRODUCT_H
