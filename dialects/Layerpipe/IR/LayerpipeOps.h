//===- LayerpipeOps.h - ops and op interfaces of the layerpipe dialect ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEOPS_H
#define LAYERPIPE_IR_LAYERPIPEOPS_H

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "Layerpipe/IR/LayerpipeInterfaces.h.inc"

#define GET_OP_CLASSES
#include "Layerpipe/IR/LayerpipeOps.h.inc"

#endif // LAYERPIPE_IR_LAYERPIPEOPS_H
