//===- Arguments.h - Command lines that were misread ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the driver and every compiled program say about a command line that they
// can't obey: a word that they don't know, and an option that would do nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_ARGUMENTS_H
#define LAYERPIPE_BASE_ARGUMENTS_H

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace layerpipe::base {

/// The known word that was probably meant: the one that takes the fewest
/// insertions, deletions and changes of a character, if these are at most a
/// third of the word's characters; of equals the first. None otherwise, nor for
/// words of one or two letters.
std::optional<std::string> closestWord(std::string_view word,
                                       const std::vector<std::string> &known);

/// The names of a command's options as they are typed, those of its option
/// groups included: "--processors", "-p", ….
std::vector<std::string> optionNames(const CLI::App &command);

/// The options that were given on the command line, by their long names.
std::set<std::string> givenOptions(const CLI::App &command);

/// What is wrong with a command line that CLI11 refused. An unknown option or
/// command is named with the one that was probably meant; other mistakes are
/// told in CLI11's words.
std::string explainMistake(const CLI::App &app, const CLI::ParseError &error);

/// An option that has no effect in some situation. An entry of a table.
struct OptionRule {
  std::string option;
  /// Whether the situation is that one now.
  bool useless = false;
  /// Goes on after "--momentum has no effect": "without --optimizer momentum".
  std::string reason;
};

/// The sentence for the first option that was given though it is useless; empty
/// if there is none. Nobody should believe that an option worked which did not.
std::string findUselessOption(const std::set<std::string> &given,
                              const std::vector<OptionRule> &rules);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_ARGUMENTS_H
