//===- JsonReader.h - Strict reading of JSON objects ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This reader takes objects whose keys and types are fixed. A missing key, a
// wrong type, a number out of its range and, where the format says so, an
// unknown key are errors that name the path of the value. Reading goes on after
// an error with harmless values, and only the first error is kept.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_JSONREADER_H
#define LAYERPIPE_BASE_JSONREADER_H

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::base {

/// Keeps the first thing that went wrong; it is empty if nothing did.
struct JsonFailure {
  std::string message;

  explicit operator bool() const { return !message.empty(); }
  void add(const std::string &path, const std::string &what);
};

/// A member may be any of these integers; both ends are included.
struct IntegerRange {
  int64_t least = std::numeric_limits<int64_t>::min();
  int64_t most = std::numeric_limits<int64_t>::max();
};

/// Says what a format does with keys that it does not define.
enum class OtherKeys { refused, ignored };

class JsonObjectReader {
public:
  using Json = nlohmann::json;

  /// `path` names the object in errors, as in "tasks[3]".
  JsonObjectReader(const Json &value, std::string path, JsonFailure &failure,
                   OtherKeys others = OtherKeys::refused);
  /// Reports keys that nobody asked for, if the format refuses them.
  ~JsonObjectReader();
  JsonObjectReader(const JsonObjectReader &) = delete;
  JsonObjectReader &operator=(const JsonObjectReader &) = delete;

  /// Returns the member, which must be there; reports an error and returns a
  /// null value if it isn't.
  const Json &member(const char *key);
  /// Returns the member, or nullptr if there is none.
  const Json *find(const char *key);
  bool has(const char *key) const;

  int64_t integer(const char *key, IntegerRange range = {});
  std::optional<int64_t> integerIfAny(const char *key, IntegerRange range = {});
  /// Reads a number that is finite as a float.
  float number(const char *key);
  /// Reads a number from `least` to `most`.
  double real(const char *key, double least, double most);
  std::string text(const char *key);
  /// Reads a text that is not empty.
  std::string name(const char *key);
  bool booleanOr(const char *key, bool fallback);
  std::vector<int64_t> integers(const char *key);

  /// Reads a text that `parse` turns into a value. `parse` answers nullopt for
  /// a text that it does not know, which is an error.
  template <typename Parse> auto oneOf(const char *key, Parse parse) {
    std::string word = text(key);
    auto parsed = parse(std::string_view(word));
    if (!parsed)
      fail(key, "'" + word + "' is no known " + key);
    using Value = std::decay_t<decltype(*parsed)>;
    return parsed.value_or(Value());
  }

  /// Calls `read(element, path)` for each element of the array `key`.
  template <typename Read> void each(const char *key, Read read) {
    const Json &array = member(key);
    if (!requireType(array.is_array(), key, "an array"))
      return;
    for (size_t i = 0; i < array.size() && !failure; ++i)
      read(array[i], pathOf(key) + "[" + std::to_string(i) + "]");
  }

  /// Reports that the member `key` is wrong.
  void fail(const char *key, const std::string &what);
  std::string pathOf(const std::string &key) const;

private:
  bool requireType(bool condition, const char *key, const char *type);

  const Json *object;
  std::string path;
  JsonFailure &failure;
  OtherKeys others;
  std::set<std::string_view> asked;
};

/// Returns a JSON number that is an integer of the range; 12.0 is one, as in
/// JSON Schema. Reports anything else as an error at `path`.
int64_t readInteger(const nlohmann::json &value, const std::string &path,
                    JsonFailure &failure, IntegerRange range = {});

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_JSONREADER_H
