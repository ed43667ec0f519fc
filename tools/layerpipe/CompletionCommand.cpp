//===- CompletionCommand.cpp - layerpipe completion -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This command writes the shell's completion from the commands and options as
// they are declared, so that it can't fall behind them.
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Base/StandardStreams.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <vector>

using namespace layerpipe;
using namespace layerpipe::driver;

static const char *const scriptHead =
    R"(# Completion of layerpipe for bash. To use it in this shell:
#   source <(layerpipe completion bash)
_layerpipe() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command='' words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; ++i)); do
    # What follows is the compiled program's.
    [[ ${COMP_WORDS[i]} == -- ]] && return
    [[ -z $command && ${COMP_WORDS[i]} != -* ]] && command=${COMP_WORDS[i]}
  done
)";

static const char *const scriptTail =
    R"(  # Without words bash completes the names of files.
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -o default -F _layerpipe layerpipe
)";

static std::vector<const CLI::App *> namedCommands(const CLI::App &app) {
  std::vector<const CLI::App *> commands;
  for (const CLI::App *command :
       app.get_subcommands([](const CLI::App *) { return true; }))
    if (!command->get_name().empty())
      commands.push_back(command);
  return commands;
}

/// Returns the values that an option may have, "a b c", or "" where they are
/// not a fixed set. CLI11 tells them as "TEXT:{a,b,c}".
static std::string choicesOf(const CLI::Option &option) {
  std::string type = option.get_type_name();
  size_t begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos)
    return "";
  std::string words = type.substr(begin + 1, end - begin - 1);
  std::replace(words.begin(), words.end(), ',', ' ');
  return words;
}

/// Writes a case for each option of the command that takes a value: one of its
/// choices, or else a file, may stand behind it.
static std::string casesOfValues(const CLI::App &command) {
  std::string cases;
  for (const std::string &name : base::optionNames(command)) {
    const CLI::Option *option = command.get_option_no_throw(name);
    if (!option || option->get_type_size() == 0)
      continue;
    std::string choices = choicesOf(*option);
    cases += fmt::format("    {}:{}) words='{}' ;;\n", command.get_name(), name,
                         choices);
  }
  return cases;
}

static std::string writeBashCompletion(const CLI::App &app) {
  std::vector<std::string> commands;
  std::string values, options;
  for (const CLI::App *command : namedCommands(app)) {
    commands.push_back(command->get_name());
    values += casesOfValues(*command);
    std::vector<std::string> names = base::optionNames(*command);
    options += fmt::format("        {}) words='{}' ;;\n", command->get_name(),
                           fmt::join(names, " "));
  }
  return fmt::format("{}  case $command:$previous in\n{}"
                     "    :*) words='{} {}' ;;\n"
                     "    completion:completion) words='bash' ;;\n"
                     "    *)\n      [[ $current == -* ]] && case $command in\n"
                     "{}      esac\n      ;;\n  esac\n{}",
                     scriptHead, values, fmt::join(commands, " "),
                     fmt::join(base::optionNames(app), " "), options,
                     scriptTail);
}

void layerpipe::driver::addCompletionCommand(CLI::App &app, Context &context) {
  auto shell = std::make_shared<std::string>();
  CLI::App *command = app.add_subcommand(
      "completion", "Print a script that lets the shell complete commands and "
                    "options");
  command->add_option("shell", *shell, "The shell: bash")
      ->required()
      ->check(CLI::IsMember({"bash"}));
  command->footer("Example:\n"
                  "  layerpipe completion bash > "
                  "~/.local/share/bash-completion/completions/layerpipe");
  command->callback([&app] { base::printText(writeBashCompletion(app)); });
}
