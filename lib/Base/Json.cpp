//===- Json.cpp - JSON from text and to text ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The library's parser calls `JsonBuilder` for each value. The parser does not
// recurse, and calls back as soon as it has seen a bracket or the end of a key,
// so the builder can refuse deep nesting and a second key right where they
// stand.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Json.h"

#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

using namespace layerpipe::base;
using Json = nlohmann::json;

namespace {

/// Gives the text's bytes to the parser and counts how many it has taken, since
/// the parser itself tells places only with syntax errors.
class CountingIterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  CountingIterator(const char *at, const char **reached)
      : at(at), reached(reached) {}
  reference operator*() const { return *at; }
  CountingIterator &operator++() {
    *reached = ++at;
    return *this;
  }
  bool operator==(const CountingIterator &other) const {
    return at == other.at;
  }
  bool operator!=(const CountingIterator &other) const {
    return at != other.at;
  }

private:
  const char *at;
  const char **reached;
};

/// Builds the value from the parser's calls. A call returns false to end the
/// parsing; `problem` then says why.
class JsonBuilder : public nlohmann::json_sax<Json> {
public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(int64_t value) override { return add(value); }
  bool number_unsigned(uint64_t value) override { return add(value); }
  bool number_float(double value, const std::string &) override {
    return add(value);
  }
  bool string(std::string &value) override { return add(std::move(value)); }
  // Text has no binary values.
  bool binary(Json::binary_t &) override { return false; }
  bool start_object(size_t) override { return open(Json::object()); }
  bool start_array(size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string &name) override {
    auto [place, added] = opened.back()->emplace(name, nullptr);
    if (!added)
      problem = fmt::format("key \"{}\" stands twice in one object",
                            printable(shorten(name, longestShown)));
    member = &*place;
    return added;
  }
  bool parse_error(size_t, const std::string &,
                   const nlohmann::detail::exception &error) override {
    problem = describe(error.what());
    return false;
  }

  Json root;
  std::string problem;

private:
  static constexpr size_t longestShown = 60;

  /// Returns the library's words without its own place and without what it read
  /// last, which may be long: "[…] parse error at line 1, column 2: syntax
  /// error while parsing value - invalid literal; last read: 'x'; expected …".
  static std::string describe(std::string_view what) {
    what.remove_prefix(what.find("] ") + 2);
    if (what.starts_with("parse error at line "))
      what.remove_prefix(what.find(": ") + 2);
    std::string text(what);
    size_t last = text.find("; last read: '"), expected = text.rfind("; exp");
    if (last != std::string::npos)
      text.erase(last, expected == std::string::npos || expected < last
                           ? std::string::npos
                           : expected - last);
    return printable(shorten(text, 3 * longestShown));
  }

  /// Puts a value where the text has it: as the whole, as the member whose key
  /// came last, or at the end of the innermost array. Returns its address.
  Json *place(Json value) {
    if (opened.empty()) {
      root = std::move(value);
      return &root;
    }
    if (opened.back()->is_array()) {
      opened.back()->push_back(std::move(value));
      return &opened.back()->back();
    }
    *member = std::move(value);
    return member;
  }
  bool add(Json value) {
    place(std::move(value));
    return true;
  }
  bool open(Json empty) {
    if (opened.size() == maxJsonDepth) {
      problem = fmt::format("arrays and objects are nested more than {} deep",
                            maxJsonDepth);
      return false;
    }
    opened.push_back(place(std::move(empty)));
    return true;
  }
  bool close() {
    opened.pop_back();
    return true;
  }

  std::vector<Json *> opened; ///< These arrays and objects have not ended yet.
  Json *member = nullptr;
};

} // namespace

/// Returns "line 3, column 14" for the last character that was taken.
static std::string describePlace(std::string_view text, const char *reached) {
  std::string_view taken = text.substr(0, reached - text.data());
  size_t line = 1;
  for (char c : taken.substr(0, taken.empty() ? 0 : taken.size() - 1))
    line += c == '\n';
  size_t begin = taken.size() < 2 ? std::string_view::npos
                                  : taken.rfind('\n', taken.size() - 2);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  size_t column = countCharacters(taken.substr(begin));
  return fmt::format("line {}, column {}", line, std::max<size_t>(column, 1));
}

Result<Json> layerpipe::base::parseJson(std::string_view text) {
  JsonBuilder builder;
  const char *reached = text.data();
  CountingIterator begin(text.data(), &reached);
  CountingIterator end(text.data() + text.size(), &reached);
  if (!Json::sax_parse(begin, end, &builder))
    return Error{describePlace(text, reached) + ": " + builder.problem};
  // The parser would take a byte 0 for the end of the text.
  if (size_t zero = text.find('\0'); zero != std::string_view::npos)
    return Error{describePlace(text, text.data() + zero + 1) +
                 ": a byte 0 is not JSON"};
  return std::move(builder.root);
}

template <typename Value>
static std::string dump(const Value &value, JsonLayout layout) {
  return value.dump(layout.indent, ' ', layout.ascii,
                    Value::error_handler_t::replace);
}

std::string layerpipe::base::dumpJson(const Json &value, JsonLayout layout) {
  return dump(value, layout);
}

std::string layerpipe::base::dumpJson(const nlohmann::ordered_json &value,
                                      JsonLayout layout) {
  return dump(value, layout);
}
