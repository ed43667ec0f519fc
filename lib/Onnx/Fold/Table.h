//===- Table.h - Which ops can be folded ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_FOLD_TABLE_H
#define LAYERPIPE_LIB_ONNX_FOLD_TABLE_H

#include "Folding.h"

namespace layerpipe::onnx {

struct FoldableOp {
  std::string_view name;
  /// The op exists since this version of ONNX's operators.
  int since;
  /// A node has so many operands at least and at most. Those from `least` on
  /// may be absent.
  size_t least, most;
  /// The values of so many operands are needed; of the others, the types.
  size_t values;
  void (*fold)(Folding &);
};

/// Returns the op of the default domain with that name, or null.
const FoldableOp *findFoldable(std::string_view name);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_FOLD_TABLE_H
