//===- LayerpipeOps.h - ops and op interfaces of the layerpipe dialect ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEOPS_H
#define LAYERPIPE_IR_LAYERPIPEOPS_H

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "Layerpipe/IR/LayerpipeLoops.h"
#include "Layerpipe/IR/LayerpipeMeasured.h"
#include "Layerpipe/IR/LayerpipeOptimizers.h"
#include "Layerpipe/IR/LayerpipeParts.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "Layerpipe/IR/LayerpipeInterfaces.h.inc"

namespace layerpipe::base {
struct Window2d;
} // namespace layerpipe::base

namespace layerpipe {

/// The type inference of an op with this trait checks its labelled shape rules,
/// and E2.
template <typename ConcreteType>
class ShapeRules : public mlir::OpTrait::TraitBase<ConcreteType, ShapeRules> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    llvm::SmallVector<mlir::Type> types;
    if (mlir::failed(ConcreteType::inferReturnTypes(
            op->getContext(), op->getLoc(), op->getOperands(),
            op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
            op->getRegions(), types)))
      return mlir::failure();
    if (mlir::TypeRange(types) == op->getResultTypes())
      return mlir::success();
    return op->emitOpError("E2: yields ")
           << types << " for these operands, not " << op->getResultTypes();
  }
};

/// Checks rule DM1.
llvm::LogicalResult verifyDimensions(mlir::Operation *op,
                                     llvm::ArrayRef<int64_t> dimensions);

/// Returns the split rules of an op that keeps every byte: it is split along
/// dimensions that operand and result both begin with.
llvm::SmallVector<OpSplitRule> viewSplitRules(mlir::Operation *op);

} // namespace layerpipe

#define GET_OP_CLASSES
#include "Layerpipe/IR/LayerpipeOps.h.inc"

#endif // LAYERPIPE_IR_LAYERPIPEOPS_H
