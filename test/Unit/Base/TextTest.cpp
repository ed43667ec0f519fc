//===- TextTest.cpp - Text as UTF-8 ---------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Text.h"

#include <gtest/gtest.h>

using namespace layerpipe::base;

static bool isValid(std::string_view text) {
  Character character = decodeCharacter(text);
  return character.valid && character.length == text.size();
}

TEST(BaseText, eachLengthHasItsRange) {
  EXPECT_TRUE(isValid("a"));
  EXPECT_TRUE(isValid("\xC2\x80"));
  EXPECT_TRUE(isValid("\xDF\xBF"));
  EXPECT_TRUE(isValid("\xE0\xA0\x80"));
  EXPECT_TRUE(isValid("\xEF\xBF\xBF"));
  EXPECT_TRUE(isValid("\xF0\x90\x80\x80"));
  EXPECT_TRUE(isValid("\xF4\x8F\xBF\xBF"));
  EXPECT_EQ(decodeCharacter("\xF0\x9F\x98\x80!").code, 0x1F600u);
}

TEST(BaseText, whatIsNoCharacterIsOneByte) {
  // A continuation, a lead without, overlong forms, a surrogate, too large.
  for (const char *broken :
       {"\x80", "\xBF", "\xC3", "\xC3(", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF",
        "\xE2\x82", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98",
        "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF"}) {
    Character character = decodeCharacter(broken);
    EXPECT_FALSE(character.valid) << broken;
    EXPECT_EQ(character.length, 1u) << broken;
    EXPECT_EQ(character.code, 0xFFFDu) << broken;
  }
}

TEST(BaseText, eachBrokenByteIsReplaced) {
  EXPECT_EQ(toUtf8("a\xFF\xFEz"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(toUtf8("\xE2\x82"), "\uFFFD\uFFFD");
  EXPECT_EQ(toUtf8("層\t\n"), "層\t\n");
  EXPECT_EQ(toUtf8(""), "");
}

TEST(BaseText, printableTextStaysOnItsLine) {
  EXPECT_EQ(printable("a\nb\x1B[2J\x7F\xC2\x85\xFF"),
            "a\uFFFDb\uFFFD[2J\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(printable("δ\u00A0層"), "δ\u00A0層");
}

TEST(BaseText, columnsAreThoseOfATerminal) {
  EXPECT_EQ(countCharacters("δ層\xFF"), 3u);
  EXPECT_EQ(countColumns("abc"), 3u);
  EXPECT_EQ(countColumns("δ–µ"), 3u);
  EXPECT_EQ(countColumns("層層"), 4u);
  EXPECT_EQ(countColumns("e\u0301"), 1u); // An accent on the letter before.
  EXPECT_EQ(countColumns("\U0001F600"), 2u);
}

TEST(BaseText, shorteningKeepsWholeCharacters) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("abcd", 3), "ab…");
  EXPECT_EQ(shorten("δδδδ", 3), "δδ…");
  EXPECT_EQ(shorten("\xFF\xFF\xFF", 2), "\xFF…");
}
