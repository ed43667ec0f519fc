//===- InitialValues.cpp - Values that are set aside ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InitialValues.h"

#include "Layerpipe/IR/LayerpipeOps.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

/// Sets an initialiser with which networks of any depth compute finite numbers:
/// weights are small enough for the sums that they are in, and scales and
/// variances are positive.
static void setNumbers(ParameterOp parameter) {
  auto type = cast<RankedTensorType>(parameter.getResult().getType());
  Builder builder(parameter.getContext());
  const bool isWeight = type.getRank() >= 2;
  double terms = double(type.getNumElements()) /
                 double(type.getRank() > 0 ? type.getDimSize(0) : 1);
  parameter.setInit(isWeight ? Init::uniform : Init::constant);
  parameter.setValueAttr(
      builder.getF32FloatAttr(isWeight ? float(1 / std::sqrt(terms)) : 1.0f));
}

InitialValues InitialValues::takeFrom(ModuleOp module) {
  InitialValues taken;
  module.walk([&](ParameterOp parameter) {
    if (parameter.getInit() != Init::values)
      return;
    taken.values[parameter.getName()] = parameter.getValue();
    setNumbers(parameter);
  });
  return taken;
}

void InitialValues::giveTo(ModuleOp module) const {
  module.walk([&](ParameterOp parameter) {
    auto found = values.find(parameter.getName());
    if (found == values.end())
      return;
    parameter.setInit(Init::values);
    parameter.setValueAttr(found->second);
  });
}
