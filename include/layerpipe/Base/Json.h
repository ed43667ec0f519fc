//===- Json.h - JSON from text and to text ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the one way in which this project turns text into JSON and JSON into
// text. Text that others wrote never ends in an exception or in an overflow of
// the stack, and what is written is always UTF-8, whatever the names in it
// hold.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_JSON_H
#define LAYERPIPE_BASE_JSON_H

#include "layerpipe/Base/Result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace layerpipe::base {

/// Arrays and objects may be nested this deep, so that whoever handles a value
/// may recurse over it. The formats of this project need seven levels.
constexpr size_t maxJsonDepth = 64;

/// Parses the whole text as one value, by the letter of RFC 8259. Fails on text
/// that is not JSON or not UTF-8, on anything but blanks after the value, on a
/// key that stands twice in one object, on numbers beyond the range of a
/// double, and on deeper nesting than `maxJsonDepth`. The message begins with
/// the place: "line 3, column 14: …". A byte order mark in front is skipped.
Result<nlohmann::json> parseJson(std::string_view text);

/// The layout says how a value becomes text.
struct JsonLayout {
  /// Each level is indented by so many blanks; everything stands on one line if
  /// the number is negative.
  int indent = -1;
  /// Says whether characters beyond ASCII are written as \u escapes.
  bool ascii = false;
};

/// Returns the value as text. Bytes of strings that are not UTF-8 become
/// U+FFFD, and numbers that are not finite become null.
std::string dumpJson(const nlohmann::json &value, JsonLayout layout = {});
std::string dumpJson(const nlohmann::ordered_json &value,
                     JsonLayout layout = {});

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_JSON_H
