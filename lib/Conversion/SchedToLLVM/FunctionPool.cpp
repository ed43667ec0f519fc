//===- FunctionPool.cpp - One function for equal code ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionPool.h"

#include "mlir/IR/OperationSupport.h"

using namespace mlir;
using namespace layerpipe;

/// Returns a hash that equal functions share. It counts what each op is, not
/// which values it reads.
static size_t hashBody(LLVM::LLVMFuncOp function) {
  llvm::hash_code hash(0);
  function.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    hash =
        llvm::hash_combine(hash, OperationEquivalence::computeHash(
                                     op, OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::IgnoreLocations));
  });
  // The map keeps the two largest numbers for itself.
  return size_t(hash) >> 2;
}

/// Compares all attributes but the name, those of the arguments included.
static bool haveEqualAttributes(LLVM::LLVMFuncOp a, LLVM::LLVMFuncOp b) {
  auto withoutName = [](LLVM::LLVMFuncOp function) {
    NamedAttrList attributes(function->getAttrDictionary());
    attributes.erase(SymbolTable::getSymbolAttrName());
    return attributes.getDictionary(function.getContext());
  };
  return withoutName(a) == withoutName(b);
}

LLVM::LLVMFuncOp FunctionPool::share(LLVM::LLVMFuncOp function) {
  auto &known = functions[hashBody(function)];
  for (LLVM::LLVMFuncOp other : known) {
    if (!haveEqualAttributes(function, other) ||
        !OperationEquivalence::isRegionEquivalentTo(
            &function.getBody(), &other.getBody(),
            OperationEquivalence::IgnoreLocations))
      continue;
    function.erase();
    return other;
  }
  known.push_back(function);
  return function;
}
