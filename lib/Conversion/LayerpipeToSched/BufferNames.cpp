//===- BufferNames.cpp - names of values in programs ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferNames.h"

using namespace mlir;
using namespace layerpipe;

/// Returns the value within a task that its result is, or null for a source's.
static Value innerValue(Value value) {
  auto task = value.getDefiningOp<TaskOp>();
  if (!task)
    return {};
  unsigned number = cast<OpResult>(value).getResultNumber();
  return task.getBody().front().getTerminator()->getOperand(number);
}

std::vector<std::string>
layerpipe::bufferNames(const TrainingGraph &training,
                       const std::vector<InitialValue> &initials) {
  std::vector<std::string> names;
  DenseMap<Operation *, StringRef> parameterOf; // By the op that updates it.
  for (auto [index, value] : llvm::enumerate(training.values)) {
    names.push_back(training.graph.values[index].name);
    if (initials[index].kind != InitialValue::Kind::parameter)
      continue;
    ParameterOp parameter = initials[index].parameter;
    names.back() = parameter.getName().str();
    if (Value inner = innerValue(value))
      parameterOf[inner.getDefiningOp()] = parameter.getName();
  }
  for (auto [index, value] : llvm::enumerate(training.values)) {
    auto inner = dyn_cast_or_null<OpResult>(innerValue(value));
    auto update = inner ? dyn_cast<OptimizerOpInterface>(inner.getOwner())
                        : OptimizerOpInterface();
    if (!update || inner.getResultNumber() == 0)
      continue;
    if (StringRef name = parameterOf.lookup(update); !name.empty())
      names[index] = (name + "." +
                      update.getExtraStateNames()[inner.getResultNumber() - 1])
                         .str();
  }
  return names;
}
