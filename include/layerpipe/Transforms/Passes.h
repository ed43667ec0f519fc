//===- Passes.h - passes on training graphs ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_PASSES_H
#define LAYERPIPE_TRANSFORMS_PASSES_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "mlir/Pass/Pass.h"

namespace layerpipe {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "layerpipe/Transforms/Passes.h.inc"

} // namespace layerpipe

#endif // LAYERPIPE_TRANSFORMS_PASSES_H
