//===- MemoryPlan.h - Steps and memory of one slot --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A memory plan divides a slot's body into steps, each one kernel call, one
// loop or one op that copies, and finds for each value the memory area that
// holds it. A task function's areas are its reads, its writes and its scratch
// areas, in this order.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MEMORYPLAN_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MEMORYPLAN_H

#include "Sched/IR/Absence.h"

#include <vector>

namespace layerpipe {

/// One loop computes at most so many ops. LLVM's time for a loop grows with the
/// pairs of its memory accesses, and no layer has as many elementwise ops in a
/// row.
inline constexpr size_t maxLoopOps = 32;

/// A step is a group of ops that are executed together.
struct Step {
  /// These are one op of a kernel library, one that copies, or up to maxLoopOps
  /// ops of loops over the same positions.
  std::vector<mlir::Operation *> ops;
  /// The step is skipped in iterations before this one, in which an operand is
  /// absent.
  int64_t absentBefore = 0;
  /// The loops of the step run over these. Those of an elementwise op may have
  /// other extents, of as many positions.
  llvm::SmallVector<int64_t> extents;

  bool isLoop() const { return mlir::isa<LoopOpInterface>(ops[0]); }
};

/// This is one value that is needed in two areas.
struct AreaCopy {
  int64_t from = 0;
  int64_t to = 0;
  int64_t bytes = 0;
};

class MemoryPlan {
public:
  /// Makes the plan of a slot. `slotsOf` gives the ring size of a buffer that
  /// the slot reads or writes. Fails with an error at an op that can be lowered
  /// neither to a kernel nor to a loop or a copy.
  static mlir::FailureOr<MemoryPlan>
  create(sched::SlotOp slot, const sched::Absence &absence,
         llvm::function_ref<int64_t(mlir::FlatSymbolRefAttr)> slotsOf);

  std::vector<Step> steps;
  /// These copies are made at the end of the slot, for values that are written
  /// twice or handed on.
  std::vector<AreaCopy> copies;
  /// The scratch areas have these sizes.
  std::vector<int64_t> scratchBytes;

  /// Returns the value whose bytes, or some of them, `value` shares through
  /// views.
  mlir::Value rootOf(mlir::Value value) const;
  /// Returns the area that holds `value`, or −1 if it lives within one loop.
  /// Areas at one address have one number: an in-place write has that of the
  /// read.
  int64_t areaOf(mlir::Value value) const;
  /// Returns the byte of the area at which `value` begins. It is not 0 only for
  /// values that kernels alone read.
  int64_t offsetOf(mlir::Value value) const;

private:
  mlir::LogicalResult addSteps(mlir::Block &body,
                               const sched::Absence &absence);
  void addLoop(LoopOpInterface op, int64_t absentBefore);
  bool joins(Step &step, LoopOpInterface op) const;
  void nameAreas(sched::SlotOp slot,
                 llvm::function_ref<int64_t(mlir::FlatSymbolRefAttr)> slotsOf);
  bool overwritesRead(mlir::Value made, int64_t area) const;
  void addVisibleAreas(mlir::Block &body);
  void addScratch();
  void needArea(mlir::Value value);

  llvm::DenseMap<mlir::Value, mlir::Value> roots;
  llvm::DenseMap<mlir::Value, int64_t> offsets;
  llvm::DenseMap<mlir::Value, int64_t> areas;
  /// Gives each read and write the first area at its address.
  std::vector<int64_t> canonical;
};

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MEMORYPLAN_H
