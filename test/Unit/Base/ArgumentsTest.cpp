//===- ArgumentsTest.cpp - Tests of misread command lines -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Arguments.h"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>

using namespace layerpipe::base;
using testing::HasSubstr;

namespace {

/// A program with the command "draw" and options in a group.
class Arguments : public testing::Test {
protected:
  Arguments() {
    app.require_subcommand(1);
    draw = app.add_subcommand("draw");
    app.add_subcommand("erase");
    draw->add_option("file", file)->required();
    draw->add_option_group("Pen")->add_option("-w,--width", width);
    draw->add_flag("--fill", fill);
  }

  /// The sentence for a command line that is refused; "" for one that is not.
  std::string mistake(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app.parse(words);
    } catch (const CLI::ParseError &error) {
      return explainMistake(app, error);
    }
    return "";
  }

  CLI::App app{"", "pen"};
  CLI::App *draw;
  std::string file;
  int width = 0;
  bool fill = false;
};

} // namespace

TEST(ClosestWord, countsChangesOfCharacters) {
  std::vector<std::string> known = {"compile", "compare", "check", "run"};
  EXPECT_EQ(closestWord("comple", known), "compile");
  EXPECT_EQ(closestWord("compair", known), "compare");
  EXPECT_EQ(closestWord("chekc", known), "check"); // two changes
  EXPECT_EQ(closestWord("rum", known), "run");
  EXPECT_EQ(closestWord("x", known), std::nullopt);
  EXPECT_EQ(closestWord("", known), std::nullopt);
  EXPECT_EQ(closestWord("train", known), std::nullopt);
  EXPECT_EQ(closestWord(std::string(100'000, 'c'), known), std::nullopt);
}

TEST_F(Arguments, suggestsOptionsOfTheCommandAndItsGroups) {
  EXPECT_EQ(mistake({"draw", "a", "--widht", "3"}),
            "pen draw has no option '--widht'; did you mean '--width'?");
  EXPECT_EQ(mistake({"draw", "a", "--fil"}),
            "pen draw has no option '--fil'; did you mean '--fill'?");
  EXPECT_EQ(mistake({"draw", "a", "--widht=3"}),
            "pen draw has no option '--widht'; did you mean '--width'?");
  EXPECT_EQ(mistake({"draw", "a", "--colour"}),
            "pen draw has no option '--colour'; pen draw --help lists its "
            "options");
  // The option is wrong, whatever else is missing.
  EXPECT_THAT(mistake({"draw", "--fil"}), HasSubstr("did you mean '--fill'?"));
}

TEST_F(Arguments, suggestsCommands) {
  EXPECT_EQ(mistake({"drow", "a"}),
            "pen has no command 'drow'; did you mean 'draw'?");
  EXPECT_EQ(mistake({"paint"}),
            "pen has no command 'paint'; there are draw, erase");
  EXPECT_EQ(mistake({}), "A subcommand is required");
}

TEST_F(Arguments, findsUselessOptionsThatWereGiven) {
  ASSERT_EQ(mistake({"draw", "a", "-w", "3"}), "");
  std::set<std::string> given = givenOptions(*draw);
  EXPECT_THAT(given, testing::ElementsAre("--width"));
  EXPECT_EQ(findUselessOption(given,
                              {{"--fill", true, "x"}, {"--width", false, "y"}}),
            "");
  EXPECT_EQ(findUselessOption(given, {{"--fill", true, "x"},
                                      {"--width", true, "without ink"}}),
            "--width has no effect without ink");
}
