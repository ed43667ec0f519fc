//===- LayerpipeOptimizers.cpp - update ops by the names users give -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOptimizers.h"

#include "Layerpipe/IR/LayerpipeOps.h"
#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace mlir;
using namespace layerpipe;

template <typename OpTy>
static void appendIfOptimizer(SmallVectorImpl<Optimizer> &optimizers) {
  if constexpr (OpTy::template hasTrait<OptimizerOpInterface::Trait>())
    optimizers.push_back({OpTy::getOptimizerName(), OpTy::getNumExtraStates(),
                          OpTy::createUpdate});
}

/// Finds the optimizers among `OpTys`, all ops of the dialect.
template <typename... OpTys> static SmallVector<Optimizer> findAll() {
  SmallVector<Optimizer> optimizers;
  (appendIfOptimizer<OpTys>(optimizers), ...);
  llvm::sort(optimizers, [](const Optimizer &a, const Optimizer &b) {
    return std::tie(a.extraStates, a.name) < std::tie(b.extraStates, b.name);
  });
  return optimizers;
}

ArrayRef<Optimizer> layerpipe::allOptimizers() {
  static const SmallVector<Optimizer> optimizers = findAll<
#define GET_OP_LIST
#include "Layerpipe/IR/LayerpipeOps.cpp.inc"
      >();
  return optimizers;
}

const Optimizer *layerpipe::findOptimizer(StringRef name) {
  for (const Optimizer &optimizer : allOptimizers())
    if (optimizer.name == name)
      return &optimizer;
  return nullptr;
}
