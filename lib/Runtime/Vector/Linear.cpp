//===- Linear.cpp - Small dense layers in vector loops --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A forward pass multiplies rows with rows, lane by lane. The gradients are
// sums of rows with factors. Nothing is packed, so these loops suit layers of
// which one size is small.
//
//===----------------------------------------------------------------------===//

#include "../Clones.h"
#include "Candidates.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::vector;

/// The sums of this many rows, 32 columns each, stay in the registers of AVX2.
static constexpr int rowsPerBlock = 3;
/// Above this in every size, the libraries' blocks are worth their packing.
static constexpr int64_t smallSize = 64;

/// Loads `count` < 16 floats; the other lanes are zero.
LAYERPIPE_INLINE static void loadFirst(Lanes &lanes, const float *from,
                                       int64_t count) {
  float values[laneCount] = {};
  for (int64_t i = 0; i < count; ++i)
    values[i] = from[i];
  load(lanes, values);
}

namespace {

/// These are the rows of one operand of a forward pass.
struct Rows {
  const float *first;
  int64_t size;
};

/// This describes c(m, i) = Σ_k a(m, k) b(k, i), with the distances of a.
struct SumOfRows {
  int64_t rows, columns, terms;
  const float *a;
  int64_t aRow, aTerm;
  const float *b;
  float *c;
};

} // namespace

/// Computes `Left` x `Right` products of rows. Row r of the result lies at
/// y + r · stride.
template <int Left, int Right>
LAYERPIPE_INLINE static void multiplyRows(const Rows &x, const Rows &w,
                                          const float *bias, float *y,
                                          int64_t stride) {
  const int64_t size = x.size;
  Lanes sums[Left][Right] = {};
  auto addTerms = [&](auto loadTerms) LAYERPIPE_INLINE_LAMBDA {
    Lanes left[Left], right;
    for (int l = 0; l < Left; ++l)
      loadTerms(left[l], x.first + l * size);
    for (int r = 0; r < Right; ++r) {
      loadTerms(right, w.first + r * size);
      for (int l = 0; l < Left; ++l)
        sums[l][r] += left[l] * right;
    }
  };
  const int64_t whole = size / laneCount * laneCount;
  for (int64_t i = 0; i < whole; i += laneCount)
    addTerms([&](Lanes &lanes, const float *row)
                 LAYERPIPE_INLINE_LAMBDA { load(lanes, row + i); });
  if (whole < size)
    addTerms([&](Lanes &lanes, const float *row) LAYERPIPE_INLINE_LAMBDA {
      if (whole > 0)
        loadLast(lanes, row + size, size - whole);
      else
        loadFirst(lanes, row, size);
    });
  for (int l = 0; l < Left; ++l)
    for (int r = 0; r < Right; ++r)
      y[l * stride + r] = sumOf(sums[l][r]) + (bias ? bias[r] : 0.0f);
}

LAYERPIPE_CLONES
static void forward(const LinearSizes &s, const float *x, const float *w,
                    const float *b, float *y) {
  for (int64_t n = 0; n < s.batch;) {
    const int64_t left = s.batch - n >= 2 ? 2 : 1;
    Rows rows{x + n * s.in, s.in};
    for (int64_t o = 0; o < s.out;) {
      const int64_t right = s.out - o >= 3 ? 3 : 1;
      Rows weights{w + o * s.in, s.in};
      const float *bias = b ? b + o : nullptr;
      float *to = y + n * s.out + o;
      if (left == 2 && right == 3)
        multiplyRows<2, 3>(rows, weights, bias, to, s.out);
      else if (left == 2)
        multiplyRows<2, 1>(rows, weights, bias, to, s.out);
      else if (right == 3)
        multiplyRows<1, 3>(rows, weights, bias, to, s.out);
      else
        multiplyRows<1, 1>(rows, weights, bias, to, s.out);
      o += right;
    }
    n += left;
  }
}

/// Computes `Width` times 16 columns, from `i` on, of `Count` rows from `m` on.
template <int Count, int Width>
LAYERPIPE_INLINE static void sumBlock(const SumOfRows &s, int64_t m,
                                      int64_t i) {
  Lanes sums[Count][Width] = {};
  const float *a = s.a + m * s.aRow;
  for (int64_t k = 0; k < s.terms; ++k)
    for (int w = 0; w < Width; ++w) {
      Lanes row;
      load(row, s.b + k * s.columns + i + w * laneCount);
      for (int r = 0; r < Count; ++r)
        sums[r][w] += row * a[r * s.aRow + k * s.aTerm];
    }
  for (int r = 0; r < Count; ++r)
    for (int w = 0; w < Width; ++w)
      store(sums[r][w], s.c + (m + r) * s.columns + i + w * laneCount);
}

/// Computes all columns, which are fewer than 16, of `Count` rows.
template <int Count>
LAYERPIPE_INLINE static void sumNarrowRows(const SumOfRows &s, int64_t m) {
  Lanes sums[Count] = {};
  const float *a = s.a + m * s.aRow;
  for (int64_t k = 0; k < s.terms; ++k) {
    Lanes row;
    loadFirst(row, s.b + k * s.columns, s.columns);
    for (int r = 0; r < Count; ++r)
      sums[r] += row * a[r * s.aRow + k * s.aTerm];
  }
  for (int r = 0; r < Count; ++r)
    std::memcpy(s.c + (m + r) * s.columns, &sums[r],
                size_t(s.columns) * sizeof(float));
}

/// Computes all columns of `Count` rows. The last lanes may overlap those
/// before: the same sums, again.
template <int Count>
LAYERPIPE_INLINE static void sumRows(const SumOfRows &s, int64_t m) {
  if (s.columns < laneCount)
    return sumNarrowRows<Count>(s, m);
  int64_t i = 0;
  for (; i + 2 * laneCount <= s.columns; i += 2 * laneCount)
    sumBlock<Count, 2>(s, m, i);
  for (; i < s.columns; i += laneCount)
    sumBlock<Count, 1>(s, m, std::min(i, s.columns - laneCount));
}

LAYERPIPE_CLONES
static void sumUpRows(const SumOfRows &s) {
  int64_t m = 0;
  for (; m + rowsPerBlock <= s.rows; m += rowsPerBlock)
    sumRows<rowsPerBlock>(s, m);
  for (; m < s.rows; ++m)
    sumRows<1>(s, m);
}

namespace {

class Linear final : public Kernel {
public:
  explicit Linear(const LinearOp &op) : direction(op.direction), s(op.sizes) {}

  void execute(void *const *args, void *) noexcept override {
    const float *a = input(args, 0), *b = input(args, 1);
    if (direction == Direction::GradInput)
      sumUpRows({s.batch, s.in, s.out, a, s.out, 1, b, output(args, 2)});
    else if (direction == Direction::GradWeight)
      sumUpRows({s.out, s.in, s.batch, a, 1, s.out, b, output(args, 2)});
    else
      forward(s, a, b, s.hasBias ? input(args, 2) : nullptr,
              output(args, s.hasBias ? 3 : 2));
  }

private:
  Direction direction;
  LinearSizes s;
};

} // namespace

Offer layerpipe::runtime::vector::make(const LinearOp &op) {
  if (std::min({op.sizes.batch, op.sizes.in, op.sizes.out}) > smallSize)
    return Offer::refuse("it wants a batch, inputs or outputs of at most " +
                         std::to_string(smallSize));
  return std::unique_ptr<Kernel>(std::make_unique<Linear>(op));
}
