//===- Verifiers.h - The groups of rules of a program -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions check the rules S1 to S15 that SchedOps.td lists, by what
// they are about.
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_VERIFIERS_H
#define SCHED_IR_VERIFIERS_H

#include "Sched/IR/ProgramView.h"

namespace layerpipe::sched {

/// Checks rules S16 and S17.
mlir::LogicalResult verifyLinks(const ProgramView &view);

/// Checks S5, S6, S8, S9 and S14.
mlir::LogicalResult verifyStructure(const ProgramView &view);
/// Checks S2, S7, S10, S11 and S12.
mlir::LogicalResult verifyTiming(const ProgramView &view);
/// Checks S13.
mlir::LogicalResult verifyPlacement(const ProgramView &view, ProgramOp program);
/// Checks S15, and S3 and S5 for what is inside.
mlir::LogicalResult verifyEvaluation(const ProgramView &view,
                                     EvaluationOp evaluation);

/// Checks S5 for one slot, whose buffers `bufferOf` finds.
mlir::LogicalResult
verifySlotTypes(SlotOp slot,
                llvm::function_ref<BufferOp(mlir::FlatSymbolRefAttr)> bufferOf);

} // namespace layerpipe::sched

#endif // SCHED_IR_VERIFIERS_H
