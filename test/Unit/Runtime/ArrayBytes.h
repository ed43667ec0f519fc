//===- ArrayBytes.h - Array files as bytes ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes .npy files and ZIP archives for tests of their readers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_RUNTIME_ARRAYBYTES_H
#define LAYERPIPE_TEST_UNIT_RUNTIME_ARRAYBYTES_H

#include "IdxBytes.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// The bytes of numbers as they lie in memory.
template <typename Number>
std::string bytesOf(const std::vector<Number> &numbers) {
  return {reinterpret_cast<const char *>(numbers.data()),
          numbers.size() * sizeof(Number)};
}

inline std::string littleEndian(uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes += char(value >> 8 * i);
  return bytes;
}

/// A .npy file with this header.
inline std::string npyWithHeader(const std::string &header,
                                 const std::string &data, int version = 1) {
  return std::string("\x93NUMPY") + char(version) + '\0' +
         littleEndian(header.size(), version == 1 ? 2 : 4) + header + data;
}

/// `shape` is written as in Python: "(2, 3)".
inline std::string npyBytes(const std::string &descr, const std::string &shape,
                            const std::string &data, int version = 1) {
  return npyWithHeader("{'descr': '" + descr +
                           "', 'fortran_order': False, 'shape': " + shape +
                           ", }      \n",
                       data, version);
}

/// An archive of members with names and contents, stored or deflated.
inline std::string
zipBytes(const std::vector<std::pair<std::string, std::string>> &members,
         bool deflate, int flags = 0, const std::string &comment = "") {
  std::string bytes, directory;
  for (const auto &[name, content] : members) {
    const std::string packed = deflate ? deflated(content) : content;
    const uLong checksum =
        crc32(0, reinterpret_cast<const Bytef *>(content.data()),
              uInt(content.size()));
    const std::string common =
        littleEndian(20, 2) + littleEndian(flags, 2) +
        littleEndian(deflate ? 8 : 0, 2) + std::string(4, '\0') +
        littleEndian(checksum, 4) + littleEndian(packed.size(), 4) +
        littleEndian(content.size(), 4) + littleEndian(name.size(), 2);
    directory += "PK\1\2" + littleEndian(20, 2) + common +
                 std::string(12, '\0') + littleEndian(bytes.size(), 4) + name;
    // An extra field, as NumPy has it.
    bytes += "PK\3\4" + common + littleEndian(4, 2) + name + "xxxx" + packed;
  }
  return bytes + directory + "PK\5\6" + std::string(4, '\0') +
         littleEndian(members.size(), 2) + littleEndian(members.size(), 2) +
         littleEndian(directory.size(), 4) + littleEndian(bytes.size(), 4) +
         littleEndian(comment.size(), 2) + comment;
}

#endif // LAYERPIPE_TEST_UNIT_RUNTIME_ARRAYBYTES_H
