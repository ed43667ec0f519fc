//===- Idx.h - IDX files ----------------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions read MNIST's format, gzipped or not.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_IDX_H
#define LAYERPIPE_RUNTIME_DATA_IDX_H

#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::runtime {

/// This is an IDX file of unsigned bytes.
struct IdxFile {
  std::vector<int64_t> extents;
  std::vector<uint8_t> values;
};

/// Reads the bytes of an IDX file; `path` names the source in errors.
Result<IdxFile> parseIdx(const std::string &bytes, const std::string &path);
Result<IdxFile> readIdxFile(const std::string &path);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_IDX_H
