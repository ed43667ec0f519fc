//===- LayerpipeParts.cpp - builds a part of an op ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeParts.h"
#include "Layerpipe/IR/LayerpipeMeasured.h"
#include "Layerpipe/IR/LayerpipeOps.h"

using namespace mlir;
using namespace layerpipe;

/// Returns the type that a part makes of a result, or null for nothing.
static Type partType(Type type, const ValueSplit &role, int64_t begin,
                     int64_t end, int64_t length) {
  auto tensor = cast<RankedTensorType>(type);
  if (role.kind == ValueSplit::Kind::first && begin > 0)
    return {};
  if (role.kind != ValueSplit::Kind::sliced)
    return tensor;
  return sliceType(tensor, role.dimension, begin, end, length);
}

/// Lets a part draw what the whole op draws from `begin` of the dimension on.
static void drawAsPart(RandomOpInterface part, RandomOpInterface whole,
                       const ValueSplit &role, int64_t begin) {
  LinearAccess draws = whole.getDraws();
  if (role.kind == ValueSplit::Kind::sliced)
    draws.offset += draws.strides[role.dimension] * begin;
  part.setDraws(draws);
}

SmallVector<Value> layerpipe::buildPart(Operation *op, OpBuilder &builder,
                                        const OpSplitRule &rule, int64_t begin,
                                        int64_t end, ValueRange operands) {
  SmallVector<Type> types;
  for (auto [type, role] : llvm::zip_equal(op->getResultTypes(), rule.results))
    types.push_back(partType(type, role, begin, end, rule.length));
  OperationState state(op->getLoc(), op->getName().getStringRef());
  state.addOperands(operands);
  state.addAttributes(op->getAttrDictionary().getValue());
  for (Type type : types)
    if (type)
      state.addTypes(type);
  Operation *part = builder.create(state);
  if (auto random = dyn_cast<RandomOpInterface>(part))
    drawAsPart(random, cast<RandomOpInterface>(op), rule.results[0], begin);
  SmallVector<Value> results;
  unsigned next = 0;
  for (Type type : types)
    results.push_back(type ? part->getResult(next++) : Value());
  return results;
}
