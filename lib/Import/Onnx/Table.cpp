//===- Table.cpp - Which ops are taken ------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include <algorithm>

using namespace mlir;

namespace layerpipe::onnx {

/// Translates a node of one operand into an op of the same meaning.
template <typename OpTy> static void function(NodeTranslation &node) {
  node.yield(node.create<OpTy>({node.tensor(0)}));
}

/// Translates a node of two operands into an op of the same meaning.
template <typename OpTy> static void functionOfTwo(NodeTranslation &node) {
  node.yield(node.create<OpTy>({node.tensor(0), node.tensor(1)}));
}

static constexpr NodeOp table[] = {
    {"Abs", function<AbsOp>},
    {"Add", translators::add},
    {"AveragePool", translators::averagePool},
    {"BatchNormalization", translators::batchNormalization},
    {"Cast", translators::cast},
    {"CastLike", translators::castLike},
    {"Celu", translators::celu},
    {"Clip", translators::clip},
    {"Concat", translators::concat},
    {"Conv", translators::conv},
    {"ConvTranspose", translators::convTranspose},
    {"DepthToSpace", translators::depthToSpace},
    {"Div", translators::div},
    {"Dropout", translators::dropout},
    {"Elu", translators::elu},
    {"Equal", functionOfTwo<EqualOp>},
    {"Erf", function<ErfOp>},
    {"Exp", function<ExpOp>},
    {"Expand", translators::expand},
    {"Flatten", translators::flatten},
    {"Gather", translators::gather},
    {"Gelu", translators::gelu},
    {"Gemm", translators::gemm},
    {"GlobalAveragePool", translators::globalAveragePool},
    {"GlobalMaxPool", translators::globalMaxPool},
    {"Greater", translators::greater},
    {"GroupNormalization", translators::groupNormalization},
    {"HardSigmoid", translators::hardSigmoid},
    {"HardSwish", function<HardSwishOp>},
    {"Identity", translators::identity},
    {"InstanceNormalization", translators::instanceNormalization},
    {"LRN", translators::localResponseNormalization},
    {"LayerNormalization", translators::layerNormalization},
    {"LeakyRelu", translators::leakyRelu},
    {"Less", translators::less},
    {"Log", function<LogOp>},
    {"LogSoftmax", translators::logSoftmax},
    {"MatMul", translators::matMul},
    {"Max", translators::max},
    {"MaxPool", translators::maxPool},
    {"Mean", translators::mean},
    {"MeanVarianceNormalization", translators::meanVarianceNormalization},
    {"Min", translators::min},
    {"Mish", function<MishOp>},
    {"Mul", translators::mul},
    {"Neg", function<NegOp>},
    {"NegativeLogLikelihoodLoss", translators::negativeLogLikelihoodLoss},
    {"PRelu", translators::prelu},
    {"Pad", translators::pad},
    {"Pow", translators::pow},
    {"RandomUniformLike", translators::randomUniformLike},
    {"Reciprocal", function<ReciprocalOp>},
    {"ReduceL1", translators::reduceL1},
    {"ReduceL2", translators::reduceL2},
    {"ReduceLogSum", translators::reduceLogSum},
    {"ReduceLogSumExp", translators::reduceLogSumExp},
    {"ReduceMax", translators::reduceMax},
    {"ReduceMean", translators::reduceMean},
    {"ReduceMin", translators::reduceMin},
    {"ReduceSum", translators::reduceSum},
    {"ReduceSumSquare", translators::reduceSumSquare},
    {"Relu", function<ReluOp>},
    {"Reshape", translators::reshape},
    {"Resize", translators::resize},
    {"Selu", translators::selu},
    {"Sigmoid", function<SigmoidOp>},
    {"Slice", translators::slice},
    {"Softmax", translators::softmax},
    {"SoftmaxCrossEntropyLoss", translators::softmaxCrossEntropyLoss},
    {"Softplus", function<SoftplusOp>},
    {"Softsign", function<SoftsignOp>},
    {"SpaceToDepth", translators::spaceToDepth},
    {"Split", translators::split},
    {"Sqrt", function<SqrtOp>},
    {"Squeeze", translators::squeeze},
    {"Sub", translators::sub},
    {"Sum", translators::sum},
    {"Tanh", function<TanhOp>},
    {"ThresholdedRelu", translators::thresholdedRelu},
    {"Transpose", translators::transpose},
    {"Unsqueeze", translators::unsqueeze},
};

static_assert(std::ranges::is_sorted(table, {}, &NodeOp::name));

const NodeOp *findNodeOp(std::string_view name) {
  const NodeOp *found =
      std::ranges::lower_bound(table, name, {}, &NodeOp::name);
  return found != std::end(table) && found->name == name ? found : nullptr;
}

} // namespace layerpipe::onnx
