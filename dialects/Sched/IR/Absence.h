//===- Absence.h - Which values of a slot start late ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An op with an absent operand yields absent; a state op with an absent data
// operand returns its states. Delayed gradients make both happen in the first
// iterations of a run, and nowhere else.
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_ABSENCE_H
#define SCHED_IR_ABSENCE_H

#include "Sched/IR/SchedDialect.h"

namespace layerpipe::sched {

class Absence {
public:
  /// Analyses a slot. `isAbsent` tells whether a buffer's initial value is
  /// absent. Fails with rule S8 where a state or a written value would be
  /// absent.
  static mlir::FailureOr<Absence>
  analyze(SlotOp slot,
          llvm::function_ref<bool(mlir::FlatSymbolRefAttr)> isAbsent);

  /// Returns n if the value is absent in iterations before n, and 0 if it never
  /// is.
  int64_t before(mlir::Value value) const { return values.lookup(value); }

  /// Returns n if `op` has an absent operand in iterations before n.
  int64_t before(mlir::Operation *op) const;

private:
  llvm::DenseMap<mlir::Value, int64_t> values;
};

} // namespace layerpipe::sched

#endif // SCHED_IR_ABSENCE_H
