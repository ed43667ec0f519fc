//===- Product.h - A product of matrices in generated blocks ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libxsmm generates code for products of small matrices whose sizes are known.
// A product C = A B of any size is a loop over such blocks. Matrices are
// column-major here, as libxsmm has them: the rows of a block lie side by side,
// and are what its vectors hold.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_LIBXSMM_PRODUCT_H
#define LAYERPIPE_LIB_RUNTIME_LIBXSMM_PRODUCT_H

#include <cstddef>
#include <cstdint>
#include <memory>

namespace layerpipe::runtime::libxsmm {

/// C(m, n) = Σ_k A(m, k) B(k, n) for m < rows, n < columns, k < terms.
/// * A(m, k) lies at a[m · aRow + k · aTerm]; one of the distances is 1.
/// * B(k, n) lies at b[n · bStride + k], or at b[k · bStride + n] if
/// transposed.
/// * C(m, n) lies at c[n · cStride + m], or at c[m · cStride + n] if
/// transposed.
struct Product {
  int rows, columns, terms;
  int64_t aRow, aTerm;
  int64_t bStride;
  bool bIsTransposed;
  int64_t cStride;
  bool cIsTransposed;
};

/// Multiplies matrices of these sizes.
class Multiplier {
public:
  virtual ~Multiplier() = default;

  virtual size_t workspaceBytes() const = 0;

  /// Computes C, plus bias if there is one: one value for each column of a
  /// transposed C, for each row of another.
  virtual void multiply(const float *a, const float *b, const float *bias,
                        float *c, float *workspace) const noexcept = 0;
};

// These return null if libxsmm can't generate a block.

/// Reads each element of A once, in the order in which it lies, for when A is
/// the largest of the three. B and C must not be transposed.
std::unique_ptr<Multiplier> multiplierOfLargeA(const Product &product);

/// Packs A as a whole, for when B or C is the largest. They are read and
/// written once, column by column.
std::unique_ptr<Multiplier> multiplierOfSmallA(const Product &product);

/// Returns whether libxsmm generates code for this CPU.
bool hasGenerator();

} // namespace layerpipe::runtime::libxsmm

#endif // LAYERPIPE_LIB_RUNTIME_LIBXSMM_PRODUCT_H
