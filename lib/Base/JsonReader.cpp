//===- JsonReader.cpp - Strict reading of JSON objects --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This implements the strict object reader. Nothing here throws, because every
// type is tested before a value is taken.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/JsonReader.h"

#include <fmt/format.h>

#include <cmath>

using namespace layerpipe::base;
using Json = nlohmann::json;

static const Json nothing;

void JsonFailure::add(const std::string &path, const std::string &what) {
  if (message.empty())
    message = path + ": " + what;
}

/// Returns the integer that a number is, whether it is written as 12, 12.0 or
/// 1.2e1; nothing if it is no integer.
static std::optional<int64_t> toInteger(const Json &value) {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  if (const auto *natural = value.get_ptr<const uint64_t *>())
    return *natural <= uint64_t(most) ? std::optional(int64_t(*natural))
                                      : std::nullopt;
  if (const auto *integer = value.get_ptr<const int64_t *>())
    return *integer;
  const auto *real = value.get_ptr<const double *>();
  constexpr double beyond = 9223372036854775808.0; // 2^63
  if (!real || *real != std::trunc(*real) || !(std::abs(*real) < beyond))
    return std::nullopt;
  return int64_t(*real);
}

static std::string describe(IntegerRange range) {
  constexpr IntegerRange any;
  if (range.most != any.most)
    return fmt::format("must be an integer from {} to {}", range.least,
                       range.most);
  if (range.least <= -any.most)
    return "must be a 64-bit integer";
  return fmt::format("must be a 64-bit integer, {} or more", range.least);
}

static std::optional<int64_t> toInteger(const Json &value, IntegerRange range) {
  std::optional<int64_t> number = toInteger(value);
  bool inside = number && *number >= range.least && *number <= range.most;
  return inside ? number : std::nullopt;
}

int64_t layerpipe::base::readInteger(const Json &value, const std::string &path,
                                     JsonFailure &failure, IntegerRange range) {
  std::optional<int64_t> number = toInteger(value, range);
  if (!number)
    failure.add(path, describe(range));
  return number.value_or(0);
}

JsonObjectReader::JsonObjectReader(const Json &value, std::string path,
                                   JsonFailure &failure, OtherKeys others)
    : object(value.is_object() ? &value : nullptr), path(std::move(path)),
      failure(failure), others(others) {
  if (!object)
    failure.add(this->path, "must be an object");
}

JsonObjectReader::~JsonObjectReader() {
  if (!object || others == OtherKeys::ignored)
    return;
  for (const auto &item : object->items())
    if (!asked.count(item.key()))
      failure.add(pathOf(item.key()), "is not a known key");
}

std::string JsonObjectReader::pathOf(const std::string &key) const {
  return path.empty() ? key : path + "." + key;
}

void JsonObjectReader::fail(const char *key, const std::string &what) {
  if (!failure)
    failure.add(pathOf(key), what);
}

bool JsonObjectReader::has(const char *key) const {
  return object && object->contains(key);
}

bool JsonObjectReader::requireType(bool condition, const char *key,
                                   const char *type) {
  if (!condition)
    fail(key, std::string("must be ") + type);
  return condition;
}

const Json *JsonObjectReader::find(const char *key) {
  if (others == OtherKeys::refused)
    asked.insert(key);
  if (!object)
    return nullptr;
  auto it = object->find(key);
  return it == object->end() ? nullptr : &*it;
}

const Json &JsonObjectReader::member(const char *key) {
  if (const Json *found = find(key))
    return *found;
  fail(key, "is missing");
  return nothing;
}

int64_t JsonObjectReader::integer(const char *key, IntegerRange range) {
  std::optional<int64_t> number = toInteger(member(key), range);
  if (!number)
    fail(key, describe(range));
  return number.value_or(0);
}

std::optional<int64_t> JsonObjectReader::integerIfAny(const char *key,
                                                      IntegerRange range) {
  return find(key) ? std::optional(integer(key, range)) : std::nullopt;
}

float JsonObjectReader::number(const char *key) {
  const Json &value = member(key);
  double number = value.is_number() ? value.get<double>() : NAN;
  bool finite = std::isfinite(float(number));
  requireType(finite, key, "a finite number");
  return finite ? float(number) : 0;
}

double JsonObjectReader::real(const char *key, double least, double most) {
  const Json &value = member(key);
  double number = value.is_number() ? value.get<double>() : NAN;
  if (number >= least && number <= most)
    return number;
  fail(key, fmt::format("must be a number from {} to {}", least, most));
  return 0;
}

std::string JsonObjectReader::text(const char *key) {
  const Json &value = member(key);
  if (!requireType(value.is_string(), key, "a string"))
    return "";
  return value.get<std::string>();
}

std::string JsonObjectReader::name(const char *key) {
  std::string word = text(key);
  requireType(!word.empty(), key, "a text that is not empty");
  return word;
}

bool JsonObjectReader::booleanOr(const char *key, bool fallback) {
  const Json *value = find(key);
  if (!value || !requireType(value->is_boolean(), key, "true or false"))
    return fallback;
  return value->get<bool>();
}

std::vector<int64_t> JsonObjectReader::integers(const char *key) {
  std::vector<int64_t> result;
  each(key, [&](const Json &element, const std::string &elementPath) {
    result.push_back(readInteger(element, elementPath, failure));
  });
  return result;
}
