//===- FileBytes.h - Whole files, gzipped or not ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a file into memory; a gzipped one is unpacked and its checksums are
// checked.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_FILEBYTES_H
#define LAYERPIPE_BASE_FILEBYTES_H

#include "layerpipe/Base/Result.h"

#include <string>

namespace layerpipe::base {

Result<std::string> readFileBytes(const std::string &path);

/// Bytes that begin like a gzip file are unpacked, others are returned as they
/// are. There may be several gzip members, one behind the other, which unpack
/// to their contents in a row, and zeros may follow the last. `path` names the
/// source in errors.
Result<std::string> unpackIfGzipped(std::string bytes, const std::string &path);

/// The bytes of a file, unpacked as above.
Result<std::string> readPossiblyGzipped(const std::string &path);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_FILEBYTES_H
