//===- WeightLayout.h - How the elements of weights lie ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The weights of a layer may lie in memory in another order than that of their
// rows. docs/runtime.md says how such a layout is spelled. It is a permutation:
// the weights take as many bytes as in rows.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_WEIGHTLAYOUT_H
#define LAYERPIPE_BASE_WEIGHTLAYOUT_H

#include "layerpipe/Base/Result.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace layerpipe::base {

/// A layout first orders the dimensions, then cuts some of them into blocks,
/// whose elements lie together. `ABcd8b8a` has 8 x 8 blocks of the first two
/// dimensions.
class WeightLayout {
public:
  struct Block {
    size_t dimension;
    int64_t size;
  };

  /// Reads a layout of weights with these extents. No text stands for rows. An
  /// error names the text and says what is wrong.
  static Result<WeightLayout> parse(std::string_view text,
                                    const std::vector<int64_t> &shape);

  const std::vector<int64_t> &shape() const { return extents; }
  /// Returns the blocks, the innermost last.
  const std::vector<Block> &blocks() const { return inner; }
  /// Returns how many elements lie between two blocks, or between two elements
  /// of a dimension without blocks, by dimension.
  const std::vector<int64_t> &strides() const { return outerStrides; }

  /// Returns whether the elements lie as they do in rows.
  bool isRows() const;

  /// Copies weights that lie in rows to where they lie in this layout. The
  /// memories must not overlap.
  void fromRows(const float *rows, float *own) const;
  /// Copies weights back into rows.
  void toRows(const float *own, float *rows) const;

private:
  void findOffsets();

  std::vector<int64_t> extents;
  std::vector<Block> inner;
  std::vector<int64_t> outerStrides;
  /// An element lies at the sum of its coordinates' offsets, by dimension.
  std::vector<std::vector<int64_t>> offsets;
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_WEIGHTLAYOUT_H
