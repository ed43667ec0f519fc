//===- Messages.h - Errors and notes for the user ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every message of the program layerpipe has the same form on standard error.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_MESSAGES_H
#define LAYERPIPE_DRIVER_MESSAGES_H

#include "layerpipe/Base/Result.h"

#include "llvm/Support/LogicalResult.h"

#include <string>

namespace layerpipe::driver {

/// Prints "layerpipe: error: MESSAGE" to standard error.
void printError(const std::string &message);

/// Prints the error's message so, and returns a failure.
llvm::LogicalResult failWith(const base::Error &error);

/// Prints "layerpipe: note: MESSAGE" to standard error.
void printNote(const std::string &message);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_MESSAGES_H
