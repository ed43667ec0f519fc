//===- FileBytes.h - Whole files, gzipped or not ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a file into memory; a gzipped one is unpacked and its checksum checked.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_FILEBYTES_H
#define LAYERPIPE_BASE_FILEBYTES_H

#include "layerpipe/Base/Result.h"

#include <string>

namespace layerpipe::base {

Result<std::string> readFileBytes(const std::string &path);

/// A file that begins like a gzip file is unpacked, another taken as it is.
Result<std::string> readPossiblyGzipped(const std::string &path);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_FILEBYTES_H
