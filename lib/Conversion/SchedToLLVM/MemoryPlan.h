//===- MemoryPlan.h - Steps and memory of one slot --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Divides a slot's body into steps, each one kernel call, one loop or one op
// that copies, and finds for each value the memory area that holds it. A task
// function's areas are its reads, its writes and its scratch areas, in this
// order.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MEMORYPLAN_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MEMORYPLAN_H

#include "Sched/IR/Absence.h"

#include <vector>

namespace layerpipe {

/// The most ops that one loop computes. LLVM's time for a loop grows with the
/// pairs of its memory accesses; no layer has as many elementwise ops in a row.
inline constexpr size_t maxLoopOps = 32;

/// Ops that are executed together.
struct Step {
  /// One op of a kernel library, one that copies, or up to maxLoopOps
  /// elementwise ops of one size.
  std::vector<mlir::Operation *> ops;
  /// Skipped in iterations before this one, when an operand is absent.
  int64_t absentBefore = 0;

  bool isLoop() const { return mlir::isa<ElementwiseOpInterface>(ops[0]); }
};

/// One value that is needed in two areas.
struct AreaCopy {
  int64_t from = 0;
  int64_t to = 0;
  int64_t bytes = 0;
};

class MemoryPlan {
public:
  /// `slotsOf` gives the ring size of a buffer that the slot reads or writes.
  /// Fails with an error at an op that can be lowered neither to a kernel nor
  /// to a loop or a copy.
  static mlir::FailureOr<MemoryPlan>
  create(sched::SlotOp slot, const sched::Absence &absence,
         llvm::function_ref<int64_t(mlir::FlatSymbolRefAttr)> slotsOf);

  std::vector<Step> steps;
  /// At the end of the slot, for values that are written twice or handed on.
  std::vector<AreaCopy> copies;
  /// Sizes of the scratch areas.
  std::vector<int64_t> scratchBytes;

  /// The value whose bytes `value` shares through views, or some of them.
  mlir::Value rootOf(mlir::Value value) const;
  /// The area that holds `value`; −1 if it lives within one loop. Areas at one
  /// address have one number: in-place writes have that of the read.
  int64_t areaOf(mlir::Value value) const;
  /// The byte of the area at which `value` begins: not 0 only for what kernels
  /// alone read.
  int64_t offsetOf(mlir::Value value) const;

private:
  mlir::LogicalResult addSteps(mlir::Block &body,
                               const sched::Absence &absence);
  void nameAreas(sched::SlotOp slot,
                 llvm::function_ref<int64_t(mlir::FlatSymbolRefAttr)> slotsOf);
  void addVisibleAreas(mlir::Block &body);
  void addScratch();
  void needArea(mlir::Value value);

  llvm::DenseMap<mlir::Value, mlir::Value> roots;
  llvm::DenseMap<mlir::Value, int64_t> offsets;
  llvm::DenseMap<mlir::Value, int64_t> areas;
  /// Per read and write: the first area at its address.
  std::vector<int64_t> canonical;
};

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MEMORYPLAN_H
