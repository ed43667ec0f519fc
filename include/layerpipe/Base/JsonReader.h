//===- JsonReader.h - Strict reading of JSON objects ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads objects whose keys and types are fixed: a missing key, a wrong type and
// an unknown key are errors that name the path of the value. Reading goes on
// after an error with harmless values; only the first error is kept.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_JSONREADER_H
#define LAYERPIPE_BASE_JSONREADER_H

#include <nlohmann/json.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace layerpipe::base {

/// The first thing that went wrong; empty if nothing did.
struct JsonFailure {
  std::string message;

  void add(const std::string &path, const std::string &what);
};

class JsonObjectReader {
public:
  using Json = nlohmann::json;

  JsonObjectReader(const Json &value, std::string path, JsonFailure &failure);
  /// Reports keys that nobody asked for.
  ~JsonObjectReader();
  JsonObjectReader(const JsonObjectReader &) = delete;
  JsonObjectReader &operator=(const JsonObjectReader &) = delete;

  const Json &member(const char *key);
  int64_t integer(const char *key);
  float number(const char *key);
  std::string text(const char *key);
  bool booleanOr(const char *key, bool fallback);
  std::vector<int64_t> integers(const char *key);
  bool has(const char *key) const;
  std::string pathOf(const std::string &key) const { return path + "." + key; }

  /// Calls `read(element, path)` for each element of the array `key`.
  template <typename Read> void each(const char *key, Read read) {
    const Json &array = member(key);
    if (!requireType(array.is_array(), key, "an array"))
      return;
    for (size_t i = 0; i < array.size(); ++i)
      read(array[i], pathOf(key) + "[" + std::to_string(i) + "]");
  }

private:
  bool requireType(bool condition, const char *key, const char *type);

  const Json *object;
  std::string path;
  JsonFailure &failure;
  std::set<std::string> asked;
};

/// A JSON integer that fits 64 bits.
int64_t readInteger(const nlohmann::json &value, const std::string &path,
                    JsonFailure &failure);
/// A finite JSON number.
float readNumber(const nlohmann::json &value, const std::string &path,
                 JsonFailure &failure);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_JSONREADER_H
