//===- StandardStreams.h - Standard output that is checked ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Printed text may not get through, because the disk is full or the stream
// is closed. Programs print with print(), which neither throws nor fails, and
// ask once, at their end, whether all of it was written.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_STANDARDSTREAMS_H
#define LAYERPIPE_BASE_STANDARDSTREAMS_H

#include "layerpipe/Base/Result.h"

#include <fmt/format.h>

#include <string_view>

namespace layerpipe::base {

/// Call this first in main(). A standard stream that is closed gets a
/// descriptor that refuses every use, so that no file opened later takes its
/// place. A file that grows too large becomes an error of write(), instead of a
/// signal.
void prepareStandardStreams();

/// Writes to standard output.
void printText(std::string_view text);

/// Writes to standard error, after everything printed before.
void complainText(std::string_view text);

/// Formats as fmt does, and writes to standard output.
template <typename... Arguments>
void print(fmt::format_string<Arguments...> format, Arguments &&...arguments) {
  printText(fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// Formats as fmt does, and writes to standard error as far as that is
/// possible.
template <typename... Arguments>
void complain(fmt::format_string<Arguments...> format,
              Arguments &&...arguments) {
  complainText(fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// Gives standard output to the caller, for data. Returns a descriptor to write
/// to, which the caller closes; programs print to standard error from now on.
/// Returns −1 and sets errno if that fails. May be called again.
int takeStandardOutput();

/// Call this last in main(). Fails if anything that was printed could not be
/// written, and says so once.
Result<void> finishStandardOutput();

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_STANDARDSTREAMS_H
