//===- JsonReader.cpp - Strict reading of JSON objects --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Implements the strict object reader. Nothing here throws: every type is
// tested before a value is taken.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/JsonReader.h"

#include <cmath>
#include <limits>

using namespace layerpipe::base;
using Json = nlohmann::json;

static const Json nothing;

void JsonFailure::add(const std::string &path, const std::string &what) {
  if (message.empty())
    message = path + ": " + what;
}

int64_t layerpipe::base::readInteger(const Json &value, const std::string &path,
                                     JsonFailure &failure) {
  const int64_t *number = value.get_ptr<const Json::number_integer_t *>();
  const uint64_t *natural = value.get_ptr<const Json::number_unsigned_t *>();
  if (natural && *natural > uint64_t(std::numeric_limits<int64_t>::max()))
    number = nullptr;
  if (!number) {
    failure.add(path, "must be a 64-bit integer");
    return 0;
  }
  return *number;
}

float layerpipe::base::readNumber(const Json &value, const std::string &path,
                                  JsonFailure &failure) {
  if (!value.is_number() || !std::isfinite(float(value.get<double>()))) {
    failure.add(path, "must be a finite number");
    return 0;
  }
  return float(value.get<double>());
}

JsonObjectReader::JsonObjectReader(const Json &value, std::string path,
                                   JsonFailure &failure)
    : object(value.is_object() ? &value : nullptr), path(std::move(path)),
      failure(failure) {
  if (!object)
    failure.add(this->path, "must be an object");
}

JsonObjectReader::~JsonObjectReader() {
  if (!object)
    return;
  for (const auto &item : object->items())
    if (!asked.count(item.key()))
      failure.add(pathOf(item.key()), "is not a known key");
}

bool JsonObjectReader::has(const char *key) const {
  return object && object->contains(key);
}

bool JsonObjectReader::requireType(bool condition, const char *key,
                                   const char *type) {
  if (!condition)
    failure.add(pathOf(key), std::string("must be ") + type);
  return condition;
}

const Json &JsonObjectReader::member(const char *key) {
  asked.insert(key);
  if (!object)
    return nothing;
  auto it = object->find(key);
  if (it == object->end()) {
    failure.add(pathOf(key), "is missing");
    return nothing;
  }
  return *it;
}

int64_t JsonObjectReader::integer(const char *key) {
  return readInteger(member(key), pathOf(key), failure);
}

float JsonObjectReader::number(const char *key) {
  return readNumber(member(key), pathOf(key), failure);
}

std::string JsonObjectReader::text(const char *key) {
  const Json &value = member(key);
  if (!requireType(value.is_string(), key, "a string"))
    return "";
  return value.get<std::string>();
}

bool JsonObjectReader::booleanOr(const char *key, bool fallback) {
  asked.insert(key);
  if (!has(key))
    return fallback;
  const Json &value = member(key);
  if (!requireType(value.is_boolean(), key, "true or false"))
    return fallback;
  return value.get<bool>();
}

std::vector<int64_t> JsonObjectReader::integers(const char *key) {
  std::vector<int64_t> result;
  each(key, [&](const Json &element, const std::string &elementPath) {
    result.push_back(readInteger(element, elementPath, failure));
  });
  return result;
}
