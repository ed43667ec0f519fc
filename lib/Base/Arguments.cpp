//===- Arguments.cpp - Command lines that were misread --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Arguments.h"

#include "layerpipe/Base/StandardStreams.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <sstream>

namespace layerpipe::base {

/// Returns Levenshtein's distance of two words, the least number of insertions,
/// deletions and changes of a character that turn one into the other. Keeps one
/// row of the table at a time.
static size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t(0));
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

std::optional<std::string> closestWord(std::string_view word,
                                       const std::vector<std::string> &known) {
  // Anything is close to a word of two letters, and a word that is longer than
  // any name would take long to compare.
  constexpr size_t shortest = 3, longest = 64;
  std::optional<std::string> best;
  if (word.size() < shortest || word.size() > longest)
    return best;
  size_t least = (word.size() + 1) / 3 + 1;
  for (const std::string &candidate : known)
    if (size_t distance = editDistance(word, candidate); distance < least) {
      least = distance;
      best = candidate;
    }
  return best;
}

/// Returns the options of the command and of its option groups, which CLI11
/// keeps as subcommands without a name.
static std::vector<const CLI::Option *> optionsOf(const CLI::App &command) {
  std::vector<const CLI::Option *> options = command.get_options();
  for (const CLI::App *group :
       command.get_subcommands([](const CLI::App *) { return true; }))
    if (group->get_name().empty())
      for (const CLI::Option *option : optionsOf(*group))
        options.push_back(option);
  return options;
}

std::vector<std::string> optionNames(const CLI::App &command) {
  std::vector<std::string> names;
  for (const CLI::Option *option : optionsOf(command)) {
    for (const std::string &name : option->get_lnames())
      names.push_back("--" + name);
    for (const std::string &name : option->get_snames())
      names.push_back("-" + name);
  }
  return names;
}

std::set<std::string> givenOptions(const CLI::App &command) {
  std::set<std::string> given;
  for (const CLI::Option *option : optionsOf(command))
    if (option->count() > 0 && !option->get_lnames().empty())
      given.insert("--" + option->get_lnames().front());
  return given;
}

/// Returns "; did you mean 'compile'?", or `otherwise` if none of the known
/// words is close.
static std::string suggest(std::string_view word,
                           const std::vector<std::string> &known,
                           const std::string &otherwise) {
  if (std::optional<std::string> close = closestWord(word, known))
    return fmt::format("; did you mean '{}'?", *close);
  return otherwise;
}

static std::string explainOption(const CLI::App &command, std::string option,
                                 const std::string &path) {
  option = option.substr(0, option.find('='));
  return fmt::format(
      "{} has no option '{}'{}", path, option,
      suggest(option, optionNames(command),
              fmt::format("; {} --help lists its options", path)));
}

static std::string explainCommand(const CLI::App &app,
                                  const std::string &word) {
  std::vector<std::string> known;
  for (const CLI::App *command :
       app.get_subcommands([](const CLI::App *) { return true; }))
    if (!command->get_name().empty())
      known.push_back(command->get_name());
  return fmt::format(
      "{} has no command '{}'{}", app.get_name(), word,
      suggest(word, known,
              fmt::format("; there are {}", fmt::join(known, ", "))));
}

int printAnswer(const CLI::App &app, const CLI::Success &answer) {
  std::ostringstream text;
  const int status = app.exit(answer, text, text);
  printText(text.str());
  return status;
}

std::string explainMistake(const CLI::App &app, const CLI::ParseError &error) {
  bool unknown = dynamic_cast<const CLI::ExtrasError *>(&error) ||
                 dynamic_cast<const CLI::RequiredError *>(&error);
  std::vector<std::string> rest = app.remaining(/*recurse=*/true);
  std::erase(rest, "--");
  if (!unknown || rest.empty())
    return error.what();
  const CLI::App *command = &app;
  std::string path = app.get_name();
  for (const CLI::App *chosen : app.get_subcommands()) {
    command = chosen;
    path += " " + chosen->get_name();
  }
  auto option =
      std::find_if(rest.begin(), rest.end(), [](const std::string &word) {
        return word.size() > 1 && word[0] == '-';
      });
  if (option != rest.end())
    return explainOption(*command, *option, path);
  bool wantsCommand = command == &app && app.get_require_subcommand_min() > 0;
  return wantsCommand ? explainCommand(app, rest.front()) : error.what();
}

std::string findUselessOption(const std::set<std::string> &given,
                              const std::vector<OptionRule> &rules) {
  for (const OptionRule &rule : rules)
    if (rule.useless && given.contains(rule.option))
      return fmt::format("{} has no effect {}", rule.option, rule.reason);
  return "";
}

} // namespace layerpipe::base
