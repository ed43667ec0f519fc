//===- FileBytes.cpp - Whole files, gzipped or not ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bytes are unpacked with zlib's inflate, whose result says whether the
// stream came to its end with the right checksum. zlib's file functions don't
// tell truncation from damage as clearly.
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

namespace {

/// Unpacks gzip data, which is one member or several, one behind the other.
class Unpacker {
public:
  explicit Unpacker(std::string_view packed) : rest(packed) {
    // This is the greatest window, with a gzip header.
    constexpr int gzipWindow = 15 + 16;
    status = inflateInit2(&stream, gzipWindow);
  }
  ~Unpacker() { inflateEnd(&stream); }
  Unpacker(const Unpacker &) = delete;
  Unpacker &operator=(const Unpacker &) = delete;

  /// Unpacks one member. Damaged data have no end that could be found, and
  /// neither have data that were cut off; `isTruncated` tells the two apart.
  bool readMember();
  bool isTruncated() const { return status == Z_BUF_ERROR; }
  /// Gets ready for the member behind this one.
  void next() { status = inflateReset(&stream); }

  std::string bytes;     ///< These bytes are unpacked.
  std::string_view rest; ///< These packed bytes are not taken yet.

private:
  z_stream stream{};
  int status = Z_OK;
  std::string block = std::string(1 << 16, '\0');
};

} // namespace

bool Unpacker::readMember() {
  while (status == Z_OK) {
    constexpr size_t most = 1 << 30; // zlib counts in 32 bits.
    std::string_view taken = rest.substr(0, most);
    stream.next_in =
        reinterpret_cast<Bytef *>(const_cast<char *>(taken.data()));
    stream.avail_in = uInt(taken.size());
    stream.next_out = reinterpret_cast<Bytef *>(block.data());
    stream.avail_out = uInt(block.size());
    status = inflate(&stream, Z_NO_FLUSH);
    bytes.append(block, 0, block.size() - stream.avail_out);
    rest.remove_prefix(taken.size() - stream.avail_in);
  }
  return status == Z_STREAM_END;
}

Result<std::string> layerpipe::base::unpackIfGzipped(std::string bytes,
                                                     const std::string &path) {
  constexpr std::string_view magic = "\x1f\x8b";
  if (!bytes.starts_with(magic))
    return bytes;
  Unpacker unpacker(bytes);
  for (;;) {
    bool whole = unpacker.readMember();
    if (!whole && unpacker.isTruncated())
      return Error{fmt::format("{} is truncated: the gzip data ends after {} "
                               "unpacked bytes",
                               path, unpacker.bytes.size())};
    if (!whole)
      return Error{
          fmt::format("{} is corrupt: its gzip data is damaged", path)};
    // Data copied from a tape are padded with zeros.
    if (unpacker.rest.find_first_not_of('\0') == std::string_view::npos)
      return std::move(unpacker.bytes);
    if (!unpacker.rest.starts_with(magic))
      return Error{fmt::format("{} is corrupt: {} bytes behind its gzip data "
                               "are neither gzip data nor zeros",
                               path, unpacker.rest.size())};
    unpacker.next();
  }
}

Result<std::string>
layerpipe::base::readPossiblyGzipped(const std::string &path) {
  Result<std::string> bytes = readFileBytes(path);
  return bytes ? unpackIfGzipped(std::move(*bytes), path) : bytes;
}
