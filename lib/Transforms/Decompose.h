//===- Decompose.h - compositions in the place of their names ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_DECOMPOSE_H
#define LAYERPIPE_LIB_TRANSFORMS_DECOMPOSE_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// Replaces each composite op of a forward graph by its composition.
void decompose(GraphOp graph);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_DECOMPOSE_H
