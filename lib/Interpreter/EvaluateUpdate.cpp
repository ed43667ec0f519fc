//===- EvaluateUpdate.cpp - optimizer updates -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas are those of the ops' `buildScalars`, operation by operation.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace layerpipe;

/// Returns g + decay·w. Without decay this is just g, so that no rounding is
/// added.
static float regularised(float gradient, float weight, float decay) {
  return decay == 0.0f ? gradient : gradient + decay * weight;
}

void layerpipe::compute(SgdOp op, Operands operands, float learningRate,
                        Results results) {
  const std::vector<float> &weight = operands[0]->floats;
  const std::vector<float> &gradient = operands[1]->floats;
  float decay = op.getWeightDecay().convertToFloat();
  for (size_t k = 0; k < weight.size(); ++k) {
    float direction = regularised(gradient[k], weight[k], decay);
    results[0].floats[k] = weight[k] - learningRate * direction;
  }
}

void layerpipe::compute(SgdMomentumOp op, Operands operands, float learningRate,
                        Results results) {
  const std::vector<float> &weight = operands[0]->floats;
  const std::vector<float> &velocity = operands[1]->floats;
  const std::vector<float> &gradient = operands[2]->floats;
  float decay = op.getWeightDecay().convertToFloat();
  float momentum = op.getMomentum().convertToFloat();
  for (size_t k = 0; k < weight.size(); ++k) {
    float direction = regularised(gradient[k], weight[k], decay);
    float moved = momentum * velocity[k] + direction;
    results[0].floats[k] = weight[k] - learningRate * moved;
    results[1].floats[k] = moved;
  }
}
