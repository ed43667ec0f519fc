//===- Arguments.h - Command lines that were misread ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions word what the driver and every compiled program say about a
// command line that they can't obey: a word that they don't know, or an option
// that would do nothing.
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
class Success;
} // namespace CLI

namespace layerpipe::base {

/// Returns the known word that was probably meant: the one that takes the
/// fewest insertions, deletions and changes of a character, if these are at
/// most a third of the word's characters, and the first of equals. Returns
/// nothing if no word is that close, or if the word has only one or two
/// letters. Example: "--procesors" is one insertion away from "--processors".
std::optional<std::string> closestWord(std::string_view word,
                                       const std::vector<std::string> &known);

/// Returns the names of a command's options as they are typed, such as
/// "--processors" and "-p", with those of its option groups.
std::vector<std::string> optionNames(const CLI::App &command);

/// Returns the long names of the options that the command line gave.
std::set<std::string> givenOptions(const CLI::App &command);

/// Says what is wrong with a command line that CLI11 refused. The message names
/// an unknown option or command together with the one that was probably meant;
/// it tells other mistakes in CLI11's words.
std::string explainMistake(const CLI::App &app, const CLI::ParseError &error);

/// Prints the help or the version that the command line asked for, and returns
/// the exit status. A stream of the standard library would lose the reason why
/// a long text can't be printed.
int printAnswer(const CLI::App &app, const CLI::Success &answer);

/// This is an entry of a table of options that have no effect in some
/// situation.
struct OptionRule {
  std::string option;
  /// Says whether the option has no effect now.
  bool useless = false;
  /// These words follow "--momentum has no effect", as in "without --optimizer
  /// momentum".
  std::string reason;
};

/// Returns the sentence for the first option that was given though it has no
/// effect, or nothing if there is none. Nobody should believe that an option
/// worked which did not.
std::string findUselessOption(const std::set<std::string> &given,
                              const std::vector<OptionRule> &rules);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_ARGUMENTS_H
