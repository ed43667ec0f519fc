//===- Rank.h - Where a class stands among predictions ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sample counts as right if its class has rank 0, and as right among five if
// its rank is less than 5.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_RANK_H
#define LAYERPIPE_LIB_RUNTIME_RANK_H

#include <cstdint>

namespace layerpipe::runtime {

/// Counts the classes whose predictions come before that of `label`: greater
/// ones, and equal ones that stand in front of it. Example: among 3, 5, 5, 1
/// the classes have ranks 2, 0, 1 and 3.
inline int64_t rankOf(const float *prediction, int64_t classes, int64_t label) {
  int64_t rank = 0;
  for (int64_t c = 0; c < classes; ++c)
    rank += prediction[c] > prediction[label] ||
            (prediction[c] == prediction[label] && c < label);
  return rank;
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_RANK_H
