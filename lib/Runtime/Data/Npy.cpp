//===- Npy.cpp - Arrays of NumPy ------------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A header is a dictionary of Python with three keys, as NumPy writes it:
// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Npy.h"

#include "TensorTypes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

using namespace layerpipe;
using namespace layerpipe::runtime;

namespace {

/// These are the three entries of a header.
struct Header {
  std::optional<std::string> descr;
  std::optional<bool> fortranOrder;
  std::optional<std::vector<int64_t>> shape;
};

/// Reads a dictionary. Each function takes what it reads from the front of
/// `text`, and returns false or nothing if something else stands there.
class HeaderReader {
public:
  explicit HeaderReader(std::string_view text) : text(text) {}

  std::optional<Header> read() {
    Header header;
    if (!take('{'))
      return std::nullopt;
    while (!take('}'))
      if (!readEntry(header) || (!take(',') && !stands('}')))
        return std::nullopt;
    skipSpaces();
    if (!text.empty() || !header.descr || !header.fortranOrder || !header.shape)
      return std::nullopt;
    return header;
  }

private:
  void skipSpaces() {
    const size_t end = text.find_first_not_of(" \t\n");
    text.remove_prefix(std::min(end, text.size()));
  }
  bool stands(char wanted) {
    skipSpaces();
    return text.starts_with(wanted);
  }
  bool take(char wanted) {
    if (!stands(wanted))
      return false;
    text.remove_prefix(1);
    return true;
  }
  bool takeWord(std::string_view word) {
    skipSpaces();
    if (!text.starts_with(word))
      return false;
    text.remove_prefix(word.size());
    return true;
  }

  bool readEntry(Header &header) {
    std::optional<std::string> key = readText();
    if (!key || !take(':'))
      return false;
    if (*key == "descr")
      return !header.descr && (header.descr = readText());
    if (*key == "fortran_order")
      return !header.fortranOrder && (header.fortranOrder = readTruth());
    return *key == "shape" && !header.shape && (header.shape = readShape());
  }

  std::optional<std::string> readText() {
    skipSpaces();
    if (text.empty() || (text[0] != '\'' && text[0] != '"'))
      return std::nullopt;
    const size_t end = text.find(text[0], 1);
    if (end == std::string_view::npos)
      return std::nullopt;
    std::string word(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
    return word;
  }

  std::optional<bool> readTruth() {
    if (takeWord("True"))
      return true;
    if (takeWord("False"))
      return false;
    return std::nullopt;
  }

  std::optional<std::vector<int64_t>> readShape() {
    std::vector<int64_t> shape;
    if (!take('('))
      return std::nullopt;
    while (!take(')')) {
      skipSpaces();
      int64_t extent = 0;
      auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), extent);
      if (error != std::errc() || extent < 0)
        return std::nullopt;
      text.remove_prefix(end - text.data());
      shape.push_back(extent);
      if (!take(',') && !stands(')'))
        return std::nullopt;
    }
    return shape;
  }

  std::string_view text;
};

} // namespace

/// Returns the name of a type in safetensors files, or "".
static std::string typeOf(std::string_view descr) {
  constexpr std::pair<std::string_view, const char *> known[] = {
      {"|u1", "U8"},  {"<u1", "U8"},  {"<i4", "I32"},
      {"<i8", "I64"}, {"<f4", "F32"}, {"<f8", "F64"}};
  for (auto [name, type] : known)
    if (name == descr)
      return type;
  return "";
}

/// Returns where the header's text stands, and "" for a file that is none.
static std::string_view headerText(std::string_view bytes) {
  constexpr std::string_view magic = "\x93NUMPY";
  if (bytes.size() < 8 || !bytes.starts_with(magic))
    return "";
  const uint8_t version = bytes[6];
  const size_t begin = version == 1 ? 10 : 12;
  if (version < 1 || version > 3 || bytes.size() < begin)
    return "";
  size_t length = 0;
  for (size_t i = begin; i-- > 8;)
    length = length << 8 | uint8_t(bytes[i]);
  return length > bytes.size() - begin ? "" : bytes.substr(begin, length);
}

/// Refuses arrays that this reader doesn't know.
static Result<void> checkHeader(const Header &header,
                                const std::string &origin) {
  if (typeOf(*header.descr).empty())
    return Error{fmt::format(
        "{} has elements of type '{}'; they must be u1, i4, i8, f4 or f8, "
        "little-endian: convert them, as by array.astype('<f4')",
        origin, *header.descr)};
  if (*header.fortranOrder && header.shape->size() > 1)
    return Error{fmt::format("{} is in Fortran's order; save it in C order, as "
                             "by numpy.ascontiguousarray(array)",
                             origin)};
  return {};
}

Result<NumberArray> layerpipe::runtime::parseNpy(std::string_view bytes,
                                                 const std::string &origin) {
  std::string_view text = headerText(bytes);
  if (text.empty())
    return Error{
        fmt::format("{} is no whole .npy file of version 1, 2 or 3", origin)};
  std::optional<Header> header = HeaderReader(text).read();
  if (!header)
    return Error{fmt::format("{} is corrupt: its header doesn't say descr, "
                             "fortran_order and shape of one plain type",
                             origin)};
  if (Result<void> good = checkHeader(*header, origin); !good)
    return good.error();
  NumberArray array{
      origin, typeOf(*header->descr), std::move(*header->shape), {}};
  uint64_t wanted = uint64_t(*bitsOf(array.type) / 8);
  for (int64_t extent : array.shape)
    if (__builtin_mul_overflow(wanted, uint64_t(extent), &wanted))
      wanted = UINT64_MAX; // No file holds as many.
  std::string_view data =
      bytes.substr(size_t(text.data() - bytes.data()) + text.size());
  if (data.size() != wanted)
    return Error{fmt::format(
        "{} is {}: its shape [{}] of {} needs {} bytes, "
        "but it has {}",
        origin, data.size() < wanted ? "truncated" : "corrupt",
        fmt::join(array.shape, ", "), *header->descr, wanted, data.size())};
  array.bytes.assign(data.begin(), data.end());
  return array;
}
