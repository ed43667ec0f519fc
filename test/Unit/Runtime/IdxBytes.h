//===- IdxBytes.h - IDX files as bytes --------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes IDX files, packed or not, for tests of their reader.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_RUNTIME_IDXBYTES_H
#define LAYERPIPE_TEST_UNIT_RUNTIME_IDXBYTES_H

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

inline std::string idxBytes(const std::vector<uint32_t> &extents,
                            const std::string &values) {
  std::string bytes = {0, 0, 8, char(extents.size())};
  for (uint32_t extent : extents)
    for (int shift : {24, 16, 8, 0})
      bytes += char(extent >> shift);
  return bytes + values;
}

/// What zlib makes of bytes; `windowBits` says with which header.
inline std::string packed(std::string bytes, int windowBits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
  std::string result(bytes.size() + 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef *>(bytes.data());
  stream.avail_in = bytes.size();
  stream.next_out = reinterpret_cast<Bytef *>(result.data());
  stream.avail_out = result.size();
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

inline std::string gzipped(const std::string &bytes) {
  return packed(bytes, 15 + 16);
}

/// What deflate makes of bytes, without a header.
inline std::string deflated(const std::string &bytes) {
  return packed(bytes, -15);
}

#endif // LAYERPIPE_TEST_UNIT_RUNTIME_IDXBYTES_H
