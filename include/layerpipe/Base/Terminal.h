//===- Terminal.h - What a file can show ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_TERMINAL_H
#define LAYERPIPE_BASE_TERMINAL_H

#include <cstdio>

namespace layerpipe::base {

/// Returns whether the file is a terminal that can write over a line. It can't
/// where TERM is unset or "dumb".
bool isCapableTerminal(std::FILE *file);

/// Returns how many characters a line of the terminal has: at least 2, and 80
/// where it doesn't say.
int terminalColumns(std::FILE *file);

/// Returns whether the user wants no colours, that is, whether NO_COLOR is set
/// and not empty (no-color.org).
bool refusesColors();

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_TERMINAL_H
