//===- MarkupTest.cpp - Text within HTML and XML --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Markup.h"

#include <gtest/gtest.h>

using layerpipe::base::escape;

TEST(Markup, namesCantBecomeMarkup) {
  EXPECT_EQ(escape("</script><b>&\"'"),
            "&lt;/script&gt;&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(escape("δ 層"), "δ 層");
}

TEST(Markup, whatIsNoUtf8OrNoXmlIsReplaced) {
  EXPECT_EQ(escape(std::string_view("a\0b\x1B\x7F", 5)),
            "a\uFFFDb\uFFFD\uFFFD");
  // A lone lead and continuation, an overlong slash, a surrogate, a
  // noncharacter, and a number beyond Unicode.
  EXPECT_EQ(escape("\xC3"), "\uFFFD");
  EXPECT_EQ(escape("\x80x"), "\uFFFDx");
  EXPECT_EQ(escape("\xC0\xAF"), "\uFFFD\uFFFD");
  EXPECT_EQ(escape("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(escape("\xEF\xBF\xBF"), "\uFFFD");
  EXPECT_EQ(escape("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(escape("\xC2\x85"), "\uFFFD");
  EXPECT_EQ(escape("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
}
