//===- Text.h - Text as UTF-8 -----------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names come from outside and may hold any bytes. This is the one place that
// decodes UTF-8, replaces what is none, and knows how wide a text is.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_TEXT_H
#define LAYERPIPE_BASE_TEXT_H

#include <cstddef>
#include <string>
#include <string_view>

namespace layerpipe::base {

/// U+FFFD, which stands where bytes are not UTF-8.
constexpr std::string_view replacementCharacter = "\uFFFD";

/// What stands at the front of a text.
struct Character {
  /// The code point; U+FFFD if `valid` is false.
  char32_t code = 0xFFFD;
  /// How many bytes it takes; one for a byte that begins no character.
  size_t length = 1;
  bool valid = false;
};

/// The character at the front of `text`, which must not be empty. Longer forms
/// than needed, surrogates and code points after U+10FFFF are not valid.
Character decodeCharacter(std::string_view text);

/// True for the controls C0, DEL and C1, which a terminal may obey.
bool isControl(char32_t code);

/// The text with U+FFFD for each byte that is not UTF-8.
std::string toUtf8(std::string_view text);

/// The text on one line: as toUtf8, with U+FFFD for each control, line breaks
/// among them.
std::string printable(std::string_view text);

/// How many characters the text has; a byte that is not UTF-8 counts as one.
size_t countCharacters(std::string_view text);

/// How many columns of a terminal the text takes: two for wide characters such
/// as Chinese ones, none for combining marks.
size_t countColumns(std::string_view text);

/// The first `count` characters; where the text is longer, the last of them is
/// an ellipsis.
std::string shorten(std::string_view text, size_t count);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_TEXT_H
