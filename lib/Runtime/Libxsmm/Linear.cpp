//===- Linear.cpp - Dense layers by libxsmm -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrices are column-major here, as libxsmm has them: C = A B, where C is the
// transposed result of the layer. A is copied, panel by panel, into 64 rows
// that lie side by side, which also transposes it for a forward pass. Only
// generated kernels are called: libxsmm's own fallback needs a BLAS library,
// and without one its results are wrong.
//
//===----------------------------------------------------------------------===//

#include "../Clones.h"
#include "Candidates.h"

#include <algorithm>
#include <libxsmm.h>

using namespace layerpipe::runtime;

/// A panel has so many rows: four registers of AVX-512.
static constexpr int panelRows = 64;
/// A kernel multiplies a panel of at most so many columns, 64 KiB, with at most
/// as many columns of B: both stay in the second cache.
static constexpr int blockTerms = 256, blockColumns = 64;

namespace {

/// C(m, n) = Σ_k A(m, k) B(k, n). A(m, k) lies at a[m · aRow + k · aTerm];
/// B is transposed if its columns lie side by side.
struct Product {
  int rows, columns, terms;
  int64_t aRow, aTerm;
  bool bIsTransposed;
  int bStride, cStride;
};

} // namespace

static Product productOf(const LinearOp &op) {
  const int batch = int(op.sizes.batch), in = int(op.sizes.in),
            out = int(op.sizes.out);
  if (op.direction == Direction::GradInput) // dxᵀ = wᵀ dyᵀ
    return {in, batch, out, 1, in, false, out, in};
  if (op.direction == Direction::GradWeight) // dwᵀ = xᵀ dy
    return {in, out, batch, 1, in, true, out, in};
  return {out, batch, in, in, 1, false, in, out}; // yᵀ = w xᵀ
}

/// Copies `rows` x `terms` elements of A, which begins at `a`, into a panel.
LAYERPIPE_CLONES
static void pack(const Product &p, const float *a, int rows, int terms,
                 float *__restrict panel) {
  if (p.aRow == 1) {
    for (int k = 0; k < terms; ++k)
      std::copy_n(a + k * p.aTerm, rows, panel + k * int64_t(rows));
    return;
  }
  // Small blocks of a transposition stay in the first cache.
  constexpr int block = 16;
  for (int k = 0; k < terms; k += block)
    for (int m = 0; m < rows; m += block)
      for (int kk = k; kk < std::min(k + block, terms); ++kk)
        for (int mm = m; mm < std::min(m + block, rows); ++mm)
          panel[kk * int64_t(rows) + mm] = a[mm * p.aRow + kk];
}

namespace {

/// These are the generated kernels of one product: for whole blocks and for
/// those at an end, replacing C and adding to it.
class Kernels {
public:
  /// Returns whether libxsmm generated all that the product needs.
  bool generate(const Product &p) {
    for (int rows : {std::min(p.rows, panelRows), p.rows % panelRows})
      for (int columns :
           {std::min(p.columns, blockColumns), p.columns % blockColumns})
        for (int terms : {std::min(p.terms, blockTerms), p.terms % blockTerms})
          for (bool add : {false, true})
            if (rows && columns && terms &&
                !generateOne(p, rows, columns, terms, add))
              return false;
    return true;
  }

  libxsmm_smmfunction find(int rows, int columns, int terms, bool add) const {
    return table[rows < panelRows][columns < blockColumns][terms < blockTerms]
                [add];
  }

private:
  bool generateOne(const Product &p, int rows, int columns, int terms,
                   bool add) {
    const float alpha = 1, beta = add ? 1 : 0;
    const int flags =
        p.bIsTransposed ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
    const int prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    libxsmm_smmfunction &kernel =
        table[rows < panelRows][columns < blockColumns][terms < blockTerms]
             [add];
    kernel = libxsmm_smmdispatch(rows, columns, terms, &rows, &p.bStride,
                                 &p.cStride, &alpha, &beta, &flags, &prefetch);
    return kernel != nullptr;
  }

  libxsmm_smmfunction table[2][2][2][2] = {};
};

class Linear final : public Kernel {
public:
  Linear(const LinearOp &op, const Product &product, const Kernels &kernels)
      : p(product), kernels(kernels),
        hasBias(op.direction == Direction::Forward && op.sizes.hasBias) {}

  size_t workspaceBytes() const override {
    return size_t(panelRows) * blockTerms * sizeof(float);
  }

  void execute(void *const *args, void *workspace) noexcept override {
    // The left operand of a forward pass is w, that of the gradients the second
    // argument, too.
    const auto *b = static_cast<const float *>(args[0]);
    const auto *a = static_cast<const float *>(args[1]);
    const auto *bias = hasBias ? static_cast<const float *>(args[2]) : nullptr;
    auto *c = static_cast<float *>(args[hasBias ? 3 : 2]);
    auto *panel = static_cast<float *>(workspace);
    for (int n = 0; bias && n < p.columns; ++n)
      std::copy_n(bias, p.rows, c + int64_t(n) * p.cStride);
    for (int m = 0; m < p.rows; m += panelRows)
      for (int k = 0; k < p.terms; k += blockTerms)
        multiplyPanel(m, k, a, b, c, panel, bias || k > 0);
  }

private:
  /// Multiplies one panel of A with all columns of B.
  void multiplyPanel(int m, int k, const float *a, const float *b, float *c,
                     float *panel, bool add) const noexcept {
    const int rows = std::min(panelRows, p.rows - m);
    const int terms = std::min(blockTerms, p.terms - k);
    pack(p, a + m * p.aRow + k * p.aTerm, rows, terms, panel);
    for (int n = 0; n < p.columns; n += blockColumns) {
      const int columns = std::min(blockColumns, p.columns - n);
      const float *from = p.bIsTransposed ? b + int64_t(k) * p.bStride + n
                                          : b + int64_t(n) * p.bStride + k;
      kernels.find(rows, columns, terms, add)(panel, from,
                                              c + int64_t(n) * p.cStride + m);
    }
  }

  Product p;
  Kernels kernels;
  bool hasBias;
};

} // namespace

Offer libxsmm::linear(const KernelOp &op) {
  const auto &layer = std::get<LinearOp>(op);
  if (libxsmm_get_target_archid() < LIBXSMM_X86_AVX2)
    return Offer::refuse("libxsmm generates no code for this CPU, which lacks "
                         "AVX2");
  Product product = productOf(layer);
  Kernels kernels;
  if (!kernels.generate(product))
    return Offer::refuse("libxsmm generates no code for this shape");
  return std::unique_ptr<Kernel>(
      std::make_unique<Linear>(layer, product, kernels));
}

std::string libxsmm::version() { return LIBXSMM_VERSION; }
