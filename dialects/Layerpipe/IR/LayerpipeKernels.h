//===- LayerpipeKernels.h - Who computes a kernel op ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEKERNELS_H
#define LAYERPIPE_IR_LAYERPIPEKERNELS_H

#include "llvm/ADT/StringRef.h"

namespace layerpipe {

/// An op that a kernel library executes may have this attribute. Its text names
/// one of the library's candidates.
inline constexpr llvm::StringLiteral candidateAttribute = "layerpipe.candidate";

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEKERNELS_H
