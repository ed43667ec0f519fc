//===- Markup.cpp - Text within HTML and XML ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Markup.h"

#include "layerpipe/Base/Text.h"

namespace layerpipe::base {

/// XML forbids these characters besides the control characters.
static bool isForbidden(char32_t code) {
  return code == 0xFFFE || code == 0xFFFF;
}

std::string escape(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    Character character = decodeCharacter(text);
    switch (character.code) {
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '&':
      escaped += "&amp;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    case '\'':
      escaped += "&#39;";
      break;
    default:
      bool shown = character.valid && !isControl(character.code) &&
                   !isForbidden(character.code);
      escaped +=
          shown ? text.substr(0, character.length) : replacementCharacter;
    }
    text.remove_prefix(character.length);
  }
  return escaped;
}

} // namespace layerpipe::base
