//===- ClipGradients.cpp - a limit of the gradients' norm -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClipGradients.h"

#include "layerpipe/Transforms/OptionLimits.h"

using namespace mlir;
using namespace layerpipe;

/// Returns the sum of the squares of each gradient, in order.
static SmallVector<Value> squaresOf(OpBuilder &builder,
                                    ArrayRef<ParameterGradient> gradients) {
  auto scalar = RankedTensorType::get({}, builder.getF32Type());
  return llvm::map_to_vector(
      gradients, [&](const ParameterGradient &of) -> Value {
        auto squares = SumSquaresOp::create(builder, of.gradient.getLoc(),
                                            scalar, of.gradient);
        setLayer(squares, of.layer);
        return squares;
      });
}

LogicalResult
layerpipe::clipGradients(GraphOp graph, StringRef maxNorm,
                         MutableArrayRef<ParameterGradient> gradients) {
  if (maxNorm.empty() || gradients.empty())
    return success();
  base::Result<double> limit = base::parseNumber(maxNorm, limits::clipNorm);
  if (!limit)
    return graph.emitError("clip-norm: ") << limit.error().message;
  for (ParameterGradient &of : gradients)
    if (isMeasured(of.gradient.getType()))
      return of.parameter.emitError("clip-norm needs gradients with numbers; "
                                    "that of '")
             << of.parameter.getName()
             << "' belongs to a layer of which only the cost is known";

  OpBuilder builder = OpBuilder::atBlockEnd(&graph.getBody().front());
  SmallVector<Value> squares = squaresOf(builder, gradients);
  auto factor =
      ClipFactorOp::create(builder, graph.getLoc(), squares[0].getType(),
                           squares, builder.getF64FloatAttr(*limit));
  // Gradients of the first layer come last, and the factor waits for all.
  int64_t first = gradients.front().layer;
  for (const ParameterGradient &of : gradients)
    first = std::min(first, of.layer);
  setLayer(factor, first);
  for (ParameterGradient &of : gradients) {
    auto clipped =
        MulOp::create(builder, of.gradient.getLoc(), of.gradient, factor);
    setLayer(clipped, of.layer);
    setRole(clipped, TaskKind::update);
    of.gradient = clipped;
  }
  return success();
}
