//===- Packing.h - Copies of matrices for generated blocks ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_LIBXSMM_PACKING_H
#define LAYERPIPE_LIB_RUNTIME_LIBXSMM_PACKING_H

#include "Panels.h"
#include "Product.h"

namespace layerpipe::runtime::libxsmm {

/// to[j · toStride + i] = from[i · fromStride + j], plus bias[i] if there is a
/// bias, for i < rows and j < columns.
void transpose(const float *from, int64_t fromStride, int64_t rows,
               int64_t columns, float *to, int64_t toStride,
               const float *bias = nullptr);

/// Copies `terms` terms of A, which begin at `a`, into its panels, one behind
/// the other. Rows that don't exist are zeros.
void packPanels(const Product &product, const float *a, int terms,
                const std::vector<Panel> &panels, float *to);

} // namespace layerpipe::runtime::libxsmm

#endif // LAYERPIPE_LIB_RUNTIME_LIBXSMM_PACKING_H
