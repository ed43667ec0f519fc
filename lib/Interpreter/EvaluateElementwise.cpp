//===- EvaluateElementwise.cpp - elementwise ops and changes of shape -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas are those of the ops' `buildScalars`, operation by operation.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include <cmath>

using namespace mlir;
using namespace layerpipe;

/// Computes results[0][k] = formula(operands[0][k], operands[1][k]) for all k.
template <typename Formula>
static void zip(Operands operands, Results results, Formula formula) {
  std::vector<float> &out = results[0].floats;
  for (size_t k = 0; k < out.size(); ++k)
    out[k] = formula(operands[0]->floats[k], operands[1]->floats[k]);
}

void layerpipe::compute(ReluOp, Operands operands, Results results) {
  llvm::transform(operands[0]->floats, results[0].floats.begin(),
                  [](float x) { return x < 0.0f ? 0.0f : x; });
}

void layerpipe::compute(ReluGradOp, Operands operands, Results results) {
  zip(operands, results,
      [](float dy, float y) { return y > 0.0f ? dy : 0.0f; });
}

void layerpipe::compute(TanhOp, Operands operands, Results results) {
  llvm::transform(operands[0]->floats, results[0].floats.begin(),
                  [](float x) { return std::tanh(x); });
}

void layerpipe::compute(TanhGradOp, Operands operands, Results results) {
  zip(operands, results, [](float dy, float y) { return dy * (1.0f - y * y); });
}

void layerpipe::compute(AddOp, Operands operands, Results results) {
  zip(operands, results, [](float a, float b) { return a + b; });
}

void layerpipe::compute(AccumulateOp, Operands operands, Results results) {
  zip(operands, results, [](float a, float b) { return a + b; });
}

void layerpipe::compute(FlattenOp, Operands operands, Results results) {
  results[0].floats = operands[0]->floats;
}

void layerpipe::compute(FlattenGradOp, Operands operands, Results results) {
  results[0].floats = operands[0]->floats;
}
