//===- Text.h - Text as UTF-8 -----------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names come from outside and may hold any bytes. This is the one place that
// decodes UTF-8, replaces bytes that aren't UTF-8, and knows how wide a text
// is.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_TEXT_H
#define LAYERPIPE_BASE_TEXT_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::base {

/// U+FFFD stands where bytes are not UTF-8.
constexpr std::string_view replacementCharacter = "\uFFFD";

/// This describes the character at the front of a text.
struct Character {
  /// The code point is U+FFFD if `valid` is false.
  char32_t code = 0xFFFD;
  /// The character takes so many bytes; a byte that begins no character counts
  /// as one.
  size_t length = 1;
  bool valid = false;
};

/// Decodes the character at the front of `text`, which must not be empty. Forms
/// that are longer than needed, surrogates and code points after U+10FFFF are
/// not valid.
Character decodeCharacter(std::string_view text);

/// Returns true for the controls C0, DEL and C1, which a terminal may obey.
bool isControl(char32_t code);

/// Returns the text with U+FFFD for each byte that is not UTF-8.
std::string toUtf8(std::string_view text);

/// Returns the text on one line: like toUtf8, but with U+FFFD for each control
/// character, line breaks among them.
std::string printable(std::string_view text);

/// Returns how many characters the text has; a byte that is not UTF-8 counts as
/// one.
size_t countCharacters(std::string_view text);

/// Returns how many columns of a terminal the text takes: two for wide
/// characters such as Chinese ones, none for combining marks.
size_t countColumns(std::string_view text);

/// Returns the first `count` characters of the text. If the text is longer, the
/// last of them is an ellipsis.
std::string shorten(std::string_view text, size_t count);

/// Returns the text without spaces and tabs at its ends.
std::string_view trim(std::string_view text);

/// Returns what stands between the separators, trimmed: "a, b,," has the four
/// items "a", "b", "" and "".
std::vector<std::string_view> splitList(std::string_view text, char separator);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_TEXT_H
