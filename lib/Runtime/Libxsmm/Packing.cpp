//===- Packing.cpp - Copies of matrices for generated blocks --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both ways to copy read what lies side by side: a matrix that comes from
// memory is read about as fast as memory gives it.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "../Clones.h"

#include <algorithm>
#include <span>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::libxsmm;

/// These are as many floats as a register of AVX2 holds.
using Eight = float __attribute__((vector_size(32)));
static constexpr int64_t tile = 8;

/// Transposes 8 x 8 elements in registers: pairs, then fours, then halves.
LAYERPIPE_INLINE static void transposeTile(const float *from,
                                           int64_t fromStride, float *to,
                                           int64_t toStride,
                                           const float *bias) {
  Eight row[tile], pair[tile], four[tile];
  for (int64_t i = 0; i < tile; ++i) {
    std::memcpy(&row[i], from + i * fromStride, sizeof(Eight));
    if (bias)
      row[i] += bias[i];
  }
  for (int64_t i = 0; i < tile; i += 2) {
    pair[i] =
        __builtin_shufflevector(row[i], row[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pair[i + 1] =
        __builtin_shufflevector(row[i], row[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int64_t i = 0; i < tile; i += 4)
    for (int64_t j = 0; j < 2; ++j) {
      four[i + 2 * j] = __builtin_shufflevector(pair[i + j], pair[i + j + 2], 0,
                                                1, 8, 9, 4, 5, 12, 13);
      four[i + 2 * j + 1] = __builtin_shufflevector(
          pair[i + j], pair[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int64_t j = 0; j < tile / 2; ++j) {
    Eight low =
        __builtin_shufflevector(four[j], four[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    Eight high = __builtin_shufflevector(four[j], four[j + 4], 4, 5, 6, 7, 12,
                                         13, 14, 15);
    std::memcpy(to + j * toStride, &low, sizeof low);
    std::memcpy(to + (j + tile / 2) * toStride, &high, sizeof high);
  }
}

LAYERPIPE_CLONES
void libxsmm::transpose(const float *from, int64_t fromStride, int64_t rows,
                        int64_t columns, float *to, int64_t toStride,
                        const float *bias) {
  const int64_t wholeRows = rows / tile * tile;
  const int64_t wholeColumns = columns / tile * tile;
  for (int64_t i = 0; i < wholeRows; i += tile)
    for (int64_t j = 0; j < wholeColumns; j += tile)
      transposeTile(from + i * fromStride + j, fromStride,
                    to + j * toStride + i, toStride, bias ? bias + i : nullptr);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = i < wholeRows ? wholeColumns : 0; j < columns; ++j)
      to[j * toStride + i] =
          bias ? from[i * fromStride + j] + bias[i] : from[i * fromStride + j];
}

/// Copies term by term, as the rows of a term lie side by side.
LAYERPIPE_CLONES
static void copyPanels(const float *a, int64_t aTerm, int64_t terms,
                       std::span<const Panel> panels, float *to) {
  for (int64_t k = 0; k < terms; ++k)
    for (const Panel &panel : panels) {
      float *rows = to + panel.begin * terms + k * panel.height;
      std::copy_n(a + k * aTerm + panel.begin, panel.rows, rows);
      std::fill(rows + panel.rows, rows + panel.height, 0.0f);
    }
}

/// Copies panel by panel, as the terms of a row lie side by side.
static void transposePanels(const float *a, int64_t aRow, int64_t terms,
                            std::span<const Panel> panels, float *to) {
  for (const Panel &panel : panels) {
    float *rows = to + panel.begin * terms;
    transpose(a + panel.begin * aRow, aRow, panel.rows, terms, rows,
              panel.height);
    if (panel.isPadded())
      for (int64_t k = 0; k < terms; ++k)
        std::fill(rows + k * panel.height + panel.rows,
                  rows + (k + 1) * panel.height, 0.0f);
  }
}

void libxsmm::packPanels(const Product &p, const float *a, int terms,
                         const std::vector<Panel> &panels, float *to) {
  if (p.aRow == 1)
    copyPanels(a, p.aTerm, terms, panels, to);
  else
    transposePanels(a, p.aRow, terms, panels, to);
}
