//===- Panels.h - The rows of a product, some at a time ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_LIBXSMM_PANELS_H
#define LAYERPIPE_LIB_RUNTIME_LIBXSMM_PANELS_H

#include <cstdint>
#include <libxsmm.h>
#include <vector>

namespace layerpipe::runtime::libxsmm {

/// A panel is some rows of A and C. In memory, a panel of A has its rows side
/// by side, term by term.
struct Panel {
  int begin;  ///< This is its first row.
  int height; ///< It has so many rows, a multiple of a register's.
  int rows;   ///< So many of them exist; those behind are zeros.

  bool isPadded() const { return rows < height; }
};

/// Divides rows into panels that fill registers. Code for four or three
/// registers of rows is about twice as fast as for one, and a register that
/// is filled in part costs as much as three. Only the last panel is padded.
std::vector<Panel> panelsOf(int rows);

/// Returns so many rows as all panels have, zeros included.
int paddedRows(const std::vector<Panel> &panels);

/// Returns how large the largest of about equal parts of at most `most` is.
int equalParts(int count, int most);

/// Returns into how large parts `count` columns are divided: about equal ones
/// of at most `most`, in threes, which are what a block computes at once.
int columnsOfBlock(int count, int most);

/// These are the generated kernels for panels of one height: for whole blocks
/// and for those at an end, replacing C and adding to it.
class PanelKernels {
public:
  struct Sizes {
    int columns, terms;
  };

  /// Returns whether libxsmm generated all that a product of sizes `whole`
  /// needs, which is computed in blocks of sizes `block`.
  bool generate(int height, const Sizes &whole, const Sizes &block,
                int64_t bStride, int64_t cStride);

  /// Computes C, or adds to it. The sizes are those of a block, or what is left
  /// at an end.
  void run(const Sizes &sizes, bool add, const float *a, const float *b,
           float *c) const noexcept {
    table[sizes.columns < block.columns][sizes.terms < block.terms][add](a, b,
                                                                         c);
  }

private:
  Sizes block = {};
  libxsmm_smmfunction table[2][2][2] = {};
};

} // namespace layerpipe::runtime::libxsmm

#endif // LAYERPIPE_LIB_RUNTIME_LIBXSMM_PANELS_H
