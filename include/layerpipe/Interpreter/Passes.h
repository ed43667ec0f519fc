//===- Passes.h - executing graphs from the command line --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERPRETER_PASSES_H
#define LAYERPIPE_INTERPRETER_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace layerpipe {

#define GEN_PASS_DECL
#include "layerpipe/Interpreter/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "layerpipe/Interpreter/Passes.h.inc"

} // namespace layerpipe

#endif // LAYERPIPE_INTERPRETER_PASSES_H
