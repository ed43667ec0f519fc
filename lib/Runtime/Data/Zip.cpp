//===- Zip.cpp - Members of ZIP archives ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An archive ends with a record that says where its directory is. Sizes are
// taken from the directory, since a writer that can't go back leaves them out
// in front of the members.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Zip.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include <zlib.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

static uint32_t littleEndian(std::string_view bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = count; i-- > 0;)
    value = value << 8 | uint8_t(bytes[at + i]);
  return value;
}
static uint32_t u16(std::string_view bytes, size_t at) {
  return littleEndian(bytes, at, 2);
}
static uint32_t u32(std::string_view bytes, size_t at) {
  return littleEndian(bytes, at, 4);
}

namespace {

/// These are the fields of an entry of the directory.
struct Entry {
  uint32_t flags, method, checksum, packedSize, size, offset;
};

constexpr uint32_t in64Bits = UINT32_MAX; ///< ZIP64 has it elsewhere.

class Archive {
public:
  Archive(std::string_view bytes, const std::string &path)
      : bytes(bytes), path(path) {}

  Result<std::string> read(std::string_view member) const;

private:
  Error broken(const std::string &what) const {
    return Error{fmt::format("{} is no valid ZIP archive: {}", path, what)};
  }
  Error tooLarge() const {
    return Error{fmt::format("{} is in the ZIP64 format for more than 4 GiB, "
                             "which is not read: save .npy files",
                             path)};
  }
  std::optional<size_t> findEnd() const;
  Result<Entry> find(std::string_view member) const;
  Result<std::string_view> packedBytes(const Entry &entry) const;

  std::string_view bytes;
  const std::string &path;
};

} // namespace

/// Returns where the record at the end begins. A comment of up to 64 KiB stands
/// behind it.
std::optional<size_t> Archive::findEnd() const {
  constexpr size_t recordSize = 22, longestComment = 65535;
  if (bytes.size() < recordSize)
    return std::nullopt;
  const size_t last = bytes.size() - recordSize;
  for (size_t back = 0; back <= std::min(last, longestComment); ++back)
    if (bytes.substr(last - back).starts_with("PK\x05\x06") &&
        u16(bytes, last - back + 20) == back)
      return last - back;
  return std::nullopt;
}

Result<Entry> Archive::find(std::string_view member) const {
  const std::optional<size_t> end = findEnd();
  if (!end)
    return broken("it has no directory");
  const size_t size = u32(bytes, *end + 12), begin = u32(bytes, *end + 16);
  if (size == in64Bits || begin == in64Bits || u16(bytes, *end + 10) == 65535)
    return tooLarge();
  if (begin > *end || size > *end - begin)
    return broken("its directory lies outside of the file");
  std::string_view rest = bytes.substr(begin, size);
  constexpr size_t fixedSize = 46;
  while (!rest.empty()) {
    if (rest.size() < fixedSize || !rest.starts_with("PK\x01\x02"))
      return broken("its directory is damaged");
    const size_t nameSize = u16(rest, 28);
    const size_t entrySize =
        fixedSize + nameSize + u16(rest, 30) + u16(rest, 32);
    if (rest.size() < entrySize)
      return broken("its directory is damaged");
    if (rest.substr(fixedSize, nameSize) == member)
      return Entry{u16(rest, 8),  u16(rest, 10), u32(rest, 16),
                   u32(rest, 20), u32(rest, 24), u32(rest, 42)};
    rest.remove_prefix(entrySize);
  }
  return Error{fmt::format("{} has no member {}", path, member)};
}

/// Returns the bytes of a member as they lie in the archive.
Result<std::string_view> Archive::packedBytes(const Entry &entry) const {
  constexpr size_t fixedSize = 30;
  if (entry.offset > bytes.size() || bytes.size() - entry.offset < fixedSize)
    return broken("a member lies outside of the file");
  std::string_view local = bytes.substr(entry.offset);
  if (!local.starts_with("PK\x03\x04"))
    return broken("a member doesn't begin where the directory says");
  const size_t begin = fixedSize + u16(local, 26) + u16(local, 28);
  if (begin > local.size() || entry.packedSize > local.size() - begin)
    return broken("a member is truncated");
  return local.substr(begin, entry.packedSize);
}

/// Unpacks deflated bytes of a known size; returns nothing if they are damaged.
static std::optional<std::string> inflateTo(std::string_view packed,
                                            size_t size) {
  // Deflate makes no byte out of less than this part of a byte.
  constexpr size_t greatestRatio = 1032, slack = 64;
  if (size > packed.size() * greatestRatio + slack)
    return std::nullopt;
  std::string unpacked(size, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
  stream.avail_in = uInt(packed.size());
  stream.next_out = reinterpret_cast<Bytef *>(unpacked.data());
  stream.avail_out = uInt(size);
  constexpr int noHeader = -15;
  if (inflateInit2(&stream, noHeader) != Z_OK)
    return std::nullopt;
  const int status = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (status != Z_STREAM_END || stream.avail_out != 0 || stream.avail_in != 0)
    return std::nullopt;
  return unpacked;
}

Result<std::string> Archive::read(std::string_view member) const {
  Result<Entry> entry = find(member);
  if (!entry)
    return entry.error();
  if ((entry->flags & 1) != 0)
    return Error{fmt::format("{}: member {} is encrypted; save it without a "
                             "password",
                             path, member)};
  if (entry->size == in64Bits || entry->packedSize == in64Bits ||
      entry->offset == in64Bits)
    return tooLarge();
  constexpr uint32_t stored = 0, deflated = 8;
  if (entry->method != stored && entry->method != deflated)
    return Error{fmt::format("{}: member {} is packed by method {}; it must be "
                             "stored or deflated",
                             path, member, entry->method)};
  Result<std::string_view> packed = packedBytes(*entry);
  if (!packed)
    return packed.error();
  std::optional<std::string> unpacked = entry->method == stored
                                            ? std::string(*packed)
                                            : inflateTo(*packed, entry->size);
  if (!unpacked || unpacked->size() != entry->size ||
      crc32_z(0, reinterpret_cast<const Bytef *>(unpacked->data()),
              unpacked->size()) != entry->checksum)
    return broken(fmt::format("member {} is damaged", member));
  return std::move(*unpacked);
}

Result<std::string> layerpipe::runtime::readZipMember(std::string_view archive,
                                                      std::string_view member,
                                                      const std::string &path) {
  return Archive(archive, path).read(member);
}
