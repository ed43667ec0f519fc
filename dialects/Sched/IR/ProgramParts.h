//===- ProgramParts.h - whether a program's tasks are parts -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_IR_PROGRAMPARTS_H
#define SCHED_IR_PROGRAMPARTS_H

#include "llvm/ADT/StringRef.h"

namespace layerpipe::sched {

/// This discardable attribute of `sched.program` says how tasks which are parts
/// of others make the whole. It is the string "sum" where results of some are
/// added up, and "concatenate" where all only stand side by side. A program
/// whose tasks are all whole has none. Nothing but the manifest reads it.
inline constexpr llvm::StringLiteral partsAttribute = "sched.parts";

} // namespace layerpipe::sched

#endif // SCHED_IR_PROGRAMPARTS_H
