//===- Text.cpp - Text as UTF-8 -------------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Text.h"

#include <algorithm>
#include <iterator>

namespace layerpipe::base {

namespace {

struct Range {
  char32_t first, last;
};

/// These blocks hold marks that are drawn onto the character before them, and
/// characters that are not drawn. They are whole blocks, not each mark of every
/// script.
constexpr Range withoutWidth[] = {
    {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
    {0x64B, 0x65F},   {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064},
    {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};

/// Unicode's annex 11 calls the characters of these blocks wide or fullwidth.
constexpr Range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3040, 0xA4CF},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F900, 0x1F9FF}, {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD}};

template <size_t N> bool isIn(const Range (&ranges)[N], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](Range range) {
    return range.first <= code && code <= range.last;
  });
}

/// Calls `each(character, bytes)` for each character of the text.
template <typename Each>
void forEachCharacter(std::string_view text, Each each) {
  while (!text.empty()) {
    Character character = decodeCharacter(text);
    each(character, text.substr(0, character.length));
    text.remove_prefix(character.length);
  }
}

} // namespace

Character decodeCharacter(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80)
    return {byte(0), 1, true};
  size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC0 || byte(0) > 0xF7 || text.size() < length)
    return {};
  char32_t code = byte(0) & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80)
      return {};
    code = code << 6 | (byte(i) & 0x3F);
  }
  // A form of each length is needed from this code point on.
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least[length] || surrogate || code > 0x10FFFF)
    return {};
  return {code, length, true};
}

bool isControl(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

std::string toUtf8(std::string_view text) {
  std::string clean;
  forEachCharacter(text, [&](Character character, std::string_view bytes) {
    clean += character.valid ? bytes : replacementCharacter;
  });
  return clean;
}

std::string printable(std::string_view text) {
  std::string clean;
  forEachCharacter(text, [&](Character character, std::string_view bytes) {
    bool shown = character.valid && !isControl(character.code);
    clean += shown ? bytes : replacementCharacter;
  });
  return clean;
}

size_t countCharacters(std::string_view text) {
  size_t count = 0;
  forEachCharacter(text, [&](Character, std::string_view) { ++count; });
  return count;
}

size_t countColumns(std::string_view text) {
  size_t columns = 0;
  forEachCharacter(text, [&](Character character, std::string_view) {
    if (!isIn(withoutWidth, character.code))
      columns += isIn(wide, character.code) ? 2 : 1;
  });
  return columns;
}

std::string shorten(std::string_view text, size_t count) {
  size_t bytes = 0, beforeLast = 0;
  for (size_t i = 0; i < count && bytes < text.size(); ++i) {
    beforeLast = bytes;
    bytes += decodeCharacter(text.substr(bytes)).length;
  }
  if (bytes >= text.size())
    return std::string(text);
  return std::string(text.substr(0, beforeLast)) + "…";
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::vector<std::string_view> splitList(std::string_view text, char separator) {
  std::vector<std::string_view> items;
  for (size_t begin = 0;;) {
    size_t end = text.find(separator, begin);
    items.push_back(trim(text.substr(begin, end - begin)));
    if (end == std::string_view::npos)
      return items;
    begin = end + 1;
  }
}

} // namespace layerpipe::base
