//===- JsonTest.cpp - JSON from text and to text --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Json.h"

#include <gmock/gmock.h>

#include <limits>

using namespace layerpipe::base;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

static std::string refusal(std::string_view text) {
  Result<json> value = parseJson(text);
  return value ? "" : value.error().message;
}

TEST(Json, readsEveryKindOfValue) {
  Result<json> value = parseJson(
      R"( {"a":[1,-2,2.5,"x\n\u00e9",true,false,null,{}],"b":{"c":[[]]}} )");
  ASSERT_TRUE(value) << value.error().message;
  json expected = {
      {"a", {1, -2, 2.5, "x\n\u00e9", true, false, nullptr, json::object()}},
      {"b", {{"c", json::array({json::array()})}}}};
  EXPECT_EQ(*value, expected);
  EXPECT_TRUE((*value)["a"][0].is_number_unsigned());
  EXPECT_EQ(*parseJson("7"), json(7));
  EXPECT_EQ(*parseJson("\xEF\xBB\xBF[7]"), json({7}));
}

TEST(Json, errorsBeginWithThePlace) {
  EXPECT_THAT(refusal(""), StartsWith("line 1, column 1: "));
  EXPECT_THAT(refusal("{\n  \"a\": 1,\n  \"b\": x\n}"),
              StartsWith("line 3, column 8: "));
  EXPECT_THAT(refusal("[1,\n"), HasSubstr("unexpected end of input"));
  // Characters are counted, not bytes.
  EXPECT_THAT(refusal("[\"δδ\" x"), StartsWith("line 1, column 7: "));
}

TEST(Json, nothingFollowsTheValue) {
  EXPECT_THAT(refusal("{} {}"), StartsWith("line 1, column 4: "));
  EXPECT_THAT(refusal("[]\nx"), StartsWith("line 2, column 1: "));
  EXPECT_THAT(refusal(std::string_view("[]\0x", 4)), StartsWith("line 1, "));
  EXPECT_EQ(refusal("[] \r\n\t"), "");
}

TEST(Json, aKeyStandsOnceInAnObject) {
  EXPECT_EQ(refusal("{\"a\": 1,\n \"a\": 1}"),
            "line 2, column 4: key \"a\" stands twice in one object");
  EXPECT_EQ(refusal(R"([{"a":1},{"a":{"a":1}}])"), "");
  // The same key, spelled otherwise.
  EXPECT_THAT(refusal(R"({"a":1,"\u0061":2})"), HasSubstr("stands twice"));
}

TEST(Json, nestingHasALimit) {
  auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(refusal(nested(maxJsonDepth)), "");
  EXPECT_EQ(refusal(nested(maxJsonDepth + 1)),
            "line 1, column 65: arrays and objects are nested more than 64 "
            "deep");
  EXPECT_THAT(refusal(std::string(10'000'000, '[')), HasSubstr("nested"));
  std::string objects;
  for (size_t i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  EXPECT_THAT(refusal(objects), HasSubstr("nested"));
}

TEST(Json, onlyWhatTheStandardAllows) {
  for (const char *text :
       {"[1,]", "{\"a\":1,}", "{'a':1}", "{a:1}", "[01]", "[+1]", "[.5]",
        "[1.]", "NaN", "[Infinity]", "// x\n1", "\"\t\"", "\"\xFF\"",
        "\"\\ud800\"", "[1e999]", "\"\\x41\"", "nul", "[1 2]"})
    EXPECT_NE(refusal(text), "") << text;
}

TEST(Json, messagesStayShortAndPrintable) {
  EXPECT_LT(refusal("[" + std::string(100'000, 'x')).size(), 300u);
  EXPECT_LT(refusal("[" + std::string(100'000, '9') + "e999]").size(), 300u);
  std::string key(100'000, 'k');
  EXPECT_LT(refusal("{\"" + key + "\":1,\"" + key + "\":1}").size(), 300u);
  EXPECT_EQ(refusal("[\x1B]").find('\x1B'), std::string::npos);
}

TEST(Json, writingReplacesWhatIsNoUtf8) {
  EXPECT_EQ(dumpJson(json("a\xFFz")), "\"a\uFFFDz\"");
  EXPECT_EQ(dumpJson(nlohmann::ordered_json{{"z\xFF", 1}, {"a", 2}}),
            "{\"z\uFFFD\":1,\"a\":2}");
  EXPECT_EQ(dumpJson(json("δ"), {.ascii = true}), "\"\\u03b4\"");
  EXPECT_EQ(dumpJson(json({1}), {.indent = 1}), "[\n 1\n]");
  EXPECT_EQ(dumpJson(json(std::numeric_limits<double>::infinity())), "null");
}
