//===- Ops.h - The translators of ops ---------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of names is in Table.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_IMPORT_ONNX_OPS_H
#define LAYERPIPE_LIB_IMPORT_ONNX_OPS_H

#include <string_view>

namespace layerpipe::onnx {

class NodeTranslation;

/// An op of ONNX's default domain, and what makes ops of its nodes.
struct NodeOp {
  std::string_view name;
  void (*translate)(NodeTranslation &node);
};

/// Returns the op of that name, or null.
const NodeOp *findNodeOp(std::string_view name);

namespace translators {

// Functions.cpp
void cast(NodeTranslation &node);
void castLike(NodeTranslation &node);
void celu(NodeTranslation &node);
void clip(NodeTranslation &node);
void elu(NodeTranslation &node);
void gelu(NodeTranslation &node);
void hardSigmoid(NodeTranslation &node);
void identity(NodeTranslation &node);
void leakyRelu(NodeTranslation &node);
void prelu(NodeTranslation &node);
void selu(NodeTranslation &node);
void thresholdedRelu(NodeTranslation &node);

// Draws.cpp
void dropout(NodeTranslation &node);
void less(NodeTranslation &node);
void randomUniformLike(NodeTranslation &node);
/// Divides or multiplies by random numbers, or returns that the node has none.
bool divideDraw(NodeTranslation &node);
bool multiplyDraw(NodeTranslation &node);

// Arithmetic.cpp
void add(NodeTranslation &node);
void div(NodeTranslation &node);
void greater(NodeTranslation &node);
void max(NodeTranslation &node);
void mean(NodeTranslation &node);
void min(NodeTranslation &node);
void mul(NodeTranslation &node);
void pow(NodeTranslation &node);
void sub(NodeTranslation &node);
void sum(NodeTranslation &node);

// Products.cpp
void gemm(NodeTranslation &node);
void matMul(NodeTranslation &node);

// Windows.cpp
void averagePool(NodeTranslation &node);
void conv(NodeTranslation &node);
void convTranspose(NodeTranslation &node);
void maxPool(NodeTranslation &node);

// Normalizations.cpp
void batchNormalization(NodeTranslation &node);
void groupNormalization(NodeTranslation &node);
void instanceNormalization(NodeTranslation &node);
void layerNormalization(NodeTranslation &node);
void localResponseNormalization(NodeTranslation &node);
void logSoftmax(NodeTranslation &node);
void meanVarianceNormalization(NodeTranslation &node);
void softmax(NodeTranslation &node);

// Reductions.cpp
void globalAveragePool(NodeTranslation &node);
void globalMaxPool(NodeTranslation &node);
void reduceL1(NodeTranslation &node);
void reduceL2(NodeTranslation &node);
void reduceLogSum(NodeTranslation &node);
void reduceLogSumExp(NodeTranslation &node);
void reduceMax(NodeTranslation &node);
void reduceMean(NodeTranslation &node);
void reduceMin(NodeTranslation &node);
void reduceSum(NodeTranslation &node);
void reduceSumSquare(NodeTranslation &node);

// Shapes.cpp
void depthToSpace(NodeTranslation &node);
void expand(NodeTranslation &node);
void flatten(NodeTranslation &node);
void reshape(NodeTranslation &node);
void spaceToDepth(NodeTranslation &node);
void squeeze(NodeTranslation &node);
void transpose(NodeTranslation &node);
void unsqueeze(NodeTranslation &node);

// Pieces.cpp
void concat(NodeTranslation &node);
void gather(NodeTranslation &node);
void pad(NodeTranslation &node);
void slice(NodeTranslation &node);
void split(NodeTranslation &node);

// Resizing.cpp
void resize(NodeTranslation &node);

// Losses.cpp
void negativeLogLikelihoodLoss(NodeTranslation &node);
void softmaxCrossEntropyLoss(NodeTranslation &node);

} // namespace translators
} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_OPS_H
