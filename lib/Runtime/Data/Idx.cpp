//===- Idx.cpp - IDX files ------------------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The header is two zeros, the type, the rank, and the extents, big-endian.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Idx.h"

#include "layerpipe/Base/FileBytes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

static uint32_t bigEndian(const std::string &bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i)
    value = value << 8 | uint8_t(bytes[at + i]);
  return value;
}

Result<IdxFile> layerpipe::runtime::parseIdx(const std::string &bytes,
                                             const std::string &path) {
  constexpr char unsignedByte = 0x08;
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0 ||
      bytes[2] != unsignedByte)
    return Error{fmt::format("{} is not an IDX file of unsigned bytes", path)};
  size_t rank = uint8_t(bytes[3]), header = 4 + 4 * rank;
  if (rank == 0 || bytes.size() < header)
    return Error{fmt::format("{} is truncated: its header is cut off", path)};
  IdxFile file;
  uint64_t elements = 1, present = bytes.size() - header;
  for (size_t d = 0; d < rank; ++d) {
    file.extents.push_back(bigEndian(bytes, 4 + 4 * d));
    if (__builtin_mul_overflow(elements, uint64_t(file.extents[d]), &elements))
      elements = UINT64_MAX; // No file holds as many.
  }
  if (elements != present)
    return Error{fmt::format("{} is {}: its extents [{}] need {} bytes, but it "
                             "has {}",
                             path, elements > present ? "truncated" : "corrupt",
                             fmt::join(file.extents, ", "), elements, present)};
  file.values.assign(bytes.begin() + header, bytes.end());
  return file;
}

Result<IdxFile> layerpipe::runtime::readIdxFile(const std::string &path) {
  Result<std::string> bytes = base::readPossiblyGzipped(path);
  return bytes ? parseIdx(*bytes, path) : bytes.error();
}
