//===- LayerpipeWeightVersions.cpp - which weights a gradient uses --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace layerpipe;

/// Returns the streams that lie delays apart from the one that begins with the
/// parameter, and that one: each is a version of the parameter.
static SetVector<Value> versionsOf(ParameterOp parameter) {
  SetVector<Value> versions;
  for (Operation *user : parameter->getUsers())
    if (auto state = dyn_cast<DelayOp>(user))
      versions.insert_range(ArrayRef<Value>{state.getInput(), state});
  for (size_t i = 0; i < versions.size(); ++i)
    for (Operation *user : versions[i].getUsers())
      if (auto older = dyn_cast<DelayOp>(user))
        versions.insert(older);
  return versions;
}

/// Checks rule WS1.
LogicalResult WeightStashingAttr::verifyReaders(Operation *op) const {
  for (auto parameter : cast<GraphOp>(op).getBody().getOps<ParameterOp>()) {
    OpOperand *first = nullptr;
    for (Value version : versionsOf(parameter))
      for (OpOperand &use : version.getUses()) {
        if (isa<DelayOp, StateOpInterface>(use.getOwner()))
          continue;
        if (!first)
          first = &use;
        if (first->get() == use.get())
          continue;
        auto error =
            use.getOwner()->emitOpError("WS1: reads another version of '")
            << parameter.getName()
            << "' than an op before it; with weight stashing all ops "
               "read one";
        error.attachNote(first->getOwner()->getLoc()) << "this op is here";
        return error;
      }
  }
  return success();
}
