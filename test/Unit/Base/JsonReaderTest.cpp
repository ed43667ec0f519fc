//===- JsonReaderTest.cpp - Strict reading of JSON objects ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/JsonReader.h"
#include "layerpipe/Base/Json.h"

#include <gmock/gmock.h>

using namespace layerpipe::base;
using testing::HasSubstr;

/// What reading the member "x" of the object as an integer reports.
static std::string refusal(std::string_view text, IntegerRange range = {}) {
  JsonFailure failure;
  JsonObjectReader(*parseJson(text), "at", failure).integer("x", range);
  return failure.message;
}

TEST(JsonReader, integersAreNumbersWithoutFraction) {
  for (const char *good : {"12", "-12", "12.0", "1.2e1", "-0.0",
                           "9223372036854775807", "-9223372036854775808"})
    EXPECT_EQ(refusal(std::string("{\"x\":") + good + "}"), "") << good;
  for (const char *bad : {"12.5", "1e19", "9223372036854775808", "\"1\"",
                          "null", "true", "1e300", "[]"})
    EXPECT_EQ(refusal(std::string("{\"x\":") + bad + "}"),
              "at.x: must be a 64-bit integer")
        << bad;
}

TEST(JsonReader, rangesIncludeTheirEnds) {
  EXPECT_EQ(refusal(R"({"x":1})", {1, 3}), "");
  EXPECT_EQ(refusal(R"({"x":3.0})", {1, 3}), "");
  EXPECT_EQ(refusal(R"({"x":4})", {1, 3}),
            "at.x: must be an integer from 1 to 3");
  EXPECT_EQ(refusal(R"({"x":-1})", {0}),
            "at.x: must be a 64-bit integer, 0 or more");
}

TEST(JsonReader, keysAreMissingUnknownOrIgnored) {
  EXPECT_EQ(refusal("{}"), "at.x: is missing");
  EXPECT_EQ(refusal(R"({"x":1,"y":2})"), "at.y: is not a known key");
  JsonFailure failure;
  JsonObjectReader(*parseJson(R"({"x":1,"y":2})"), "at", failure,
                   OtherKeys::ignored)
      .integer("x");
  EXPECT_EQ(failure.message, "");
  JsonObjectReader(*parseJson("[]"), "at", failure);
  EXPECT_EQ(failure.message, "at: must be an object");
}

TEST(JsonReader, readsEachTypeWithHarmlessValuesForOthers) {
  JsonFailure failure;
  auto value = *parseJson(R"({"t":"","n":1e39,"r":1.5,"b":1,"l":[1,2.5]})");
  JsonObjectReader object(value, "at", failure);
  EXPECT_EQ(object.text("t"), "");
  EXPECT_FALSE(failure);
  EXPECT_EQ(object.name("t"), "");
  EXPECT_EQ(failure.message, "at.t: must be a text that is not empty");
  auto next = [&] { return std::exchange(failure.message, ""); };
  next();
  EXPECT_EQ(object.number("n"), 0);
  EXPECT_EQ(next(), "at.n: must be a finite number");
  EXPECT_EQ(object.real("r", 0, 1), 0);
  EXPECT_EQ(next(), "at.r: must be a number from 0 to 1");
  EXPECT_FALSE(object.booleanOr("b", false));
  EXPECT_EQ(next(), "at.b: must be true or false");
  object.integers("l");
  EXPECT_EQ(next(), "at.l[1]: must be a 64-bit integer");
  EXPECT_EQ(object.integerIfAny("none"), std::nullopt);
  EXPECT_EQ(next(), "");
}
