//===- WeightClasses.h - What must lie in one layout ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels may take weights in other layouts than rows. The weights, their
// gradients and the states of their updates must then all lie in the same one,
// in every buffer, and nothing may touch them that needs rows.
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_WEIGHTCLASSES_H
#define SCHED_IR_WEIGHTCLASSES_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Sched/IR/SchedDialect.h"

#include <vector>

namespace layerpipe::sched {

/// These buffers hold weights, their gradients and the states of their updates.
struct WeightClass {
  std::vector<BufferOp> buffers;
  /// These kernels take or make the weights, also those of the evaluation.
  std::vector<KernelOpInterface> kernels;
  /// This op needs rows; without one, any layout will do.
  mlir::Operation *needsRows = nullptr;
};

/// Returns the classes that have kernels, in the order of their first kernels.
std::vector<WeightClass> findWeightClasses(ProgramOp program);

} // namespace layerpipe::sched

#endif // SCHED_IR_WEIGHTCLASSES_H
