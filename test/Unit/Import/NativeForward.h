//===- NativeForward.h - native evaluations in this process -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The object file that `layerpipe compile` would link is loaded into this
// process in place of that, which is much faster for many small networks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_IMPORT_NATIVEFORWARD_H
#define LAYERPIPE_TEST_UNIT_IMPORT_NATIVEFORWARD_H

#include "layerpipe/Base/Result.h"
#include "mlir/IR/BuiltinOps.h"

#include <memory>
#include <vector>

namespace layerpipe::testing {

class NativeForward {
public:
  NativeForward();
  ~NativeForward();

  /// Compiles a forward graph with reference kernels for one processor, and
  /// returns what its evaluation predicts for one batch with the parameters
  /// that the graph begins with. The error says what has no native program. The
  /// module is changed.
  base::Result<std::vector<float>> predict(mlir::ModuleOp module,
                                           const std::vector<float> &input);

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_IMPORT_NATIVEFORWARD_H
