//===- FileBytes.cpp - Whole files, gzipped or not ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unpacks with zlib's inflate, whose result says whether the stream came to
// its end with the right checksum; its file functions don't tell truncation
// apart as clearly.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/FileBytes.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

using namespace layerpipe::base;

Result<std::string> layerpipe::base::readFileBytes(const std::string &path) {
  auto failed = [&](int number) {
    return Error{fmt::format("can't read {}: {}", path, std::strerror(number))};
  };
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return failed(errno);
  std::string bytes;
  std::string block(1 << 20, '\0');
  for (;;) {
    ssize_t got = read(descriptor, block.data(), block.size());
    if (got > 0) {
      bytes.append(block, 0, got);
    } else if (got == 0) {
      close(descriptor);
      return bytes;
    } else if (errno != EINTR) {
      int number = errno;
      close(descriptor);
      return failed(number);
    }
  }
}

/// Unpacks one gzip member; `status` is Z_STREAM_END if it was whole.
static std::string inflateAll(std::string &packed, int &status) {
  std::string bytes, block(1 << 20, '\0');
  z_stream stream{};
  constexpr int gzipWindow = 15 + 16; // Greatest window, gzip header.
  status = inflateInit2(&stream, gzipWindow);
  if (status != Z_OK)
    return bytes;
  stream.next_in = reinterpret_cast<Bytef *>(packed.data());
  stream.avail_in = uInt(packed.size());
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef *>(block.data());
    stream.avail_out = uInt(block.size());
    status = inflate(&stream, Z_NO_FLUSH);
    bytes.append(block, 0, block.size() - stream.avail_out);
  }
  if (status == Z_STREAM_END && stream.avail_in != 0)
    status = Z_DATA_ERROR; // Bytes after the end.
  inflateEnd(&stream);
  return bytes;
}

Result<std::string>
layerpipe::base::readPossiblyGzipped(const std::string &path) {
  Result<std::string> packed = readFileBytes(path);
  if (!packed || packed->compare(0, 2, "\x1f\x8b") != 0)
    return packed;
  if (packed->size() > UINT32_MAX)
    return Error{fmt::format("{} is too large", path)};
  int status = Z_OK;
  std::string bytes = inflateAll(*packed, status);
  if (status == Z_BUF_ERROR)
    return Error{fmt::format("{} is truncated: the gzip data ends after {} "
                             "unpacked bytes",
                             path, bytes.size())};
  if (status != Z_STREAM_END)
    return Error{fmt::format("{} is corrupt: its gzip data is damaged", path)};
  return bytes;
}
