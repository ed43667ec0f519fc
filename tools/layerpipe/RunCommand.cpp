//===- RunCommand.cpp - layerpipe run -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "SharedOptions.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Driver/Compiler.h"
#include "layerpipe/Driver/Execute.h"

#include <memory>

using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct RunOptions {
  ModelOptions model;
  std::vector<std::string> arguments;
};

} // namespace

/// Returns the outputs that the program's own options name.
static std::vector<NamedFile>
outputsOfProgram(const std::vector<std::string> &arguments) {
  std::vector<NamedFile> outputs;
  for (size_t i = 0; i < arguments.size(); ++i)
    for (std::string option :
         {"--save", "--save-initial", "--metrics", "--trace", "--profile"}) {
      if (arguments[i] == option && i + 1 < arguments.size())
        outputs.emplace_back(option, arguments[i + 1]);
      else if (arguments[i].starts_with(option + "="))
        outputs.emplace_back(option, arguments[i].substr(option.size() + 1));
    }
  return outputs;
}

/// Returns whether the program's summary is one JSON object for a script, which
/// the messages of compiling would spoil.
static bool wantsJson(const std::vector<std::string> &arguments) {
  for (size_t i = 0; i < arguments.size(); ++i)
    if (arguments[i] == "--format=json" ||
        (arguments[i] == "--format" && i + 1 < arguments.size() &&
         arguments[i + 1] == "json"))
      return true;
  return false;
}

static int compileAndRun(const RunOptions &options, const Context &context) {
  std::vector<NamedFile> outputs = outputsOf(options.model);
  for (NamedFile &output : outputsOfProgram(options.arguments))
    outputs.push_back(std::move(output));
  if (failed(checkFiles(inputsOf(options.model), outputs)))
    return 1;
  auto program = base::TemporaryFolder::create("run");
  if (!program) {
    printError(program.error().message);
    return 1;
  }
  if (int status =
          compileModel(options.model, context.tool, program->file(),
                       wantsJson(options.arguments) ? SummaryFormat::none
                                                    : SummaryFormat::text))
    return status;
  std::vector<std::string> arguments = pinArguments(options.model.pinning);
  arguments.insert(arguments.end(), options.arguments.begin(),
                   options.arguments.end());
  return becomeProgram(std::move(*program),
                       "layerpipe run " + options.model.model + " --",
                       arguments);
}

void layerpipe::driver::addRunCommand(CLI::App &app, Context &context) {
  CLI::App *command = app.add_subcommand(
      "run", "Compile a network and train it at once, keeping no executable");
  auto options = std::make_shared<RunOptions>();
  addModelOptions(*command, options->model);
  addPinOption(*command, options->model);
  command
      ->add_option("arguments", options->arguments,
                   "Options of the executable, after --")
      ->type_name("-- OPTIONS");
  command->footer("Example:\n"
                  "  layerpipe run examples/fashion-mnist/mlp.mlir -p 2 -- "
                  "--data synthetic --steps 100");
  command->callback([options, command, &context] {
    options->model.given = base::givenOptions(*command);
    context.status = compileAndRun(*options, context);
  });
}
