//===- FileBytes.h - Whole files, gzipped or not ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions read a file into memory. They unpack a gzipped file and check
// its checksums.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_FILEBYTES_H
#define LAYERPIPE_BASE_FILEBYTES_H

#include "layerpipe/Base/Result.h"

#include <string>

namespace layerpipe::base {

Result<std::string> readFileBytes(const std::string &path);

/// Unpacks bytes that begin like a gzip file, and returns other bytes as they
/// are. Several gzip members may stand one behind the other; the result is
/// their contents in a row. Zeros may follow the last member. `path` names the
/// source in errors.
Result<std::string> unpackIfGzipped(std::string bytes, const std::string &path);

/// Reads the bytes of a file and unpacks them as above.
Result<std::string> readPossiblyGzipped(const std::string &path);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_FILEBYTES_H
