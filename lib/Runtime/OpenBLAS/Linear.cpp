//===- Linear.cpp - Dense layers by OpenBLAS ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each direction of a dense layer is one product of matrices. A bias is what
// the product is added to.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::openblas;

namespace {

class Linear final : public Kernel {
public:
  Linear(const LinearOp &op, Sgemm sgemm)
      : direction(op.direction), sgemm(sgemm), batch(int(op.sizes.batch)),
        in(int(op.sizes.in)), out(int(op.sizes.out)),
        hasBias(op.sizes.hasBias) {}

  void execute(void *const *args, void *) noexcept override {
    const auto *a = static_cast<const float *>(args[0]);
    const auto *b = static_cast<const float *>(args[1]);
    auto *result = static_cast<float *>(args[2]);
    if (direction == Direction::GradInput) // dx = dy w
      sgemm(RowMajor, No, No, batch, in, out, 1, a, out, b, in, 0, result, in);
    else if (direction == Direction::GradWeight) // dw = dyᵀ x
      sgemm(RowMajor, Yes, No, out, in, batch, 1, a, out, b, in, 0, result, in);
    else if (hasBias)
      forward(a, b, result, static_cast<float *>(args[3]), 1);
    else
      forward(a, b, nullptr, result, 0);
  }

private:
  /// Computes y = x wᵀ + b.
  void forward(const float *x, const float *w, const float *b, float *y,
               float beta) const noexcept {
    if (b)
      for (int n = 0; n < batch; ++n)
        std::copy_n(b, out, y + int64_t(n) * out);
    sgemm(RowMajor, No, Yes, batch, out, in, 1, x, in, w, in, beta, y, out);
  }

  Direction direction;
  Sgemm sgemm;
  int batch, in, out;
  bool hasBias;
};

} // namespace

std::unique_ptr<Kernel> openblas::makeLinear(const LinearOp &op, Sgemm sgemm) {
  return std::make_unique<Linear>(op, sgemm);
}
