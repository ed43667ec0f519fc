//===- Absence.cpp - Which values of a slot start late --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/Absence.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

int64_t Absence::before(Operation *op) const {
  int64_t latest = 0;
  for (Value operand : op->getOperands())
    latest = std::max(latest, before(operand));
  return latest;
}

FailureOr<Absence>
Absence::analyze(SlotOp slot,
                 llvm::function_ref<bool(FlatSymbolRefAttr)> isAbsent) {
  Absence absence;
  Block &body = slot.getBody().front();
  for (auto [argument, read] :
       llvm::zip(body.getArguments(), slot.getReads().getAsRange<ReadAttr>()))
    if (isAbsent(read.getBuffer()))
      absence.values[argument] = read.getDistance();
  for (Operation &op : body.without_terminator()) {
    auto state = dyn_cast<StateOpInterface>(op);
    if (!state) {
      int64_t latest = absence.before(&op);
      for (Value result : op.getResults())
        absence.values[result] = latest;
      continue;
    }
    for (Value operand : op.getOperands().take_front(state.getNumStates()))
      if (absence.before(operand) > 0)
        return op.emitOpError("S8: a state of it is absent in the first ")
               << absence.before(operand)
               << " iterations; a state needs an initial value";
  }
  for (auto [number, value] :
       llvm::enumerate(body.getTerminator()->getOperands()))
    if (absence.before(value) > 0)
      return slot.emitOpError("S8: writes ")
             << slot.getWrites()[number] << ", which is absent in the first "
             << absence.before(value)
             << " iterations; only data operands of state ops may be absent";
  return absence;
}
