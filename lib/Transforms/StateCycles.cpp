//===- StateCycles.cpp - The cycles that carry states ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StateCycles.h"

using namespace mlir;
using namespace layerpipe;

DelayOp layerpipe::createStateDelay(ParameterOp parameter) {
  Value initial = parameter.getResult();
  OpBuilder builder(parameter->getContext());
  builder.setInsertionPointAfter(parameter);
  auto delay =
      DelayOp::create(builder, parameter.getLoc(), initial, 1, parameter);
  initial.replaceAllUsesExcept(delay, delay);
  return delay;
}

StateOpInterface layerpipe::statisticsOf(ParameterOp parameter) {
  for (OpOperand &use : parameter->getUses())
    if (auto op = dyn_cast<StateOpInterface>(use.getOwner());
        op && use.getOperandNumber() < op.getNumStates())
      return op;
  return {};
}

void layerpipe::closeStatisticCycles(GraphOp graph) {
  for (auto op : graph.getBody().getOps<StateOpInterface>())
    for (unsigned index = 0; index < op.getNumStates(); ++index) {
      auto parameter = op->getOperand(index).getDefiningOp<ParameterOp>();
      createStateDelay(parameter).getInputMutable().assign(
          op->getResult(index));
    }
}
