//===- PointwiseOps.cpp - all pointwise ops of the dialect ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/PointwiseOps.h"
#include "Layerpipe/IR/LayerpipeBroadcast.h"
#include "Layerpipe/IR/LayerpipeOps.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

static bool wantsPositive(StringRef name) {
  return llvm::is_contained(
      {"log", "sqrt", "rsqrt", "reciprocal", "power", "pow", "div"}, name);
}

std::vector<PointwiseOp>
layerpipe::testing::pointwiseOps(MLIRContext &context) {
  std::vector<PointwiseOp> ops;
  for (RegisteredOperationName name : context.getRegisteredOperations())
    if (name.hasInterface<LoopOpInterface>() &&
        name.hasInterface<DifferentiableOpInterface>() &&
        name.hasInterface<InferTypeOpInterface>() &&
        !name.hasInterface<RandomOpInterface>())
      ops.push_back({name, !name.hasTrait<OpTrait::OneOperand>(),
                     wantsPositive(name.stripDialect())});
  return ops;
}

Value PointwiseOp::create(ImplicitLocOpBuilder &builder, ValueRange operands,
                          llvm::function_ref<double()> number) const {
  OperationState state(builder.getLoc(), name);
  state.addOperands(operands);
  for (StringAttr attribute : name.getAttributeNames())
    state.addAttribute(attribute, builder.getF64FloatAttr(number()));
  SmallVector<Type> types;
  if (failed(inferBroadcast(builder.getContext(), builder.getLoc(), operands,
                            types)))
    return {};
  state.addTypes(types);
  return builder.create(state)->getResult(0);
}
