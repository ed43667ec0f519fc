//===- RunCommand.cpp - layerpipe run -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiler.h"
#include "Execute.h"
#include "layerpipe/Base/Arguments.h"

#include "layerpipe/Target/Native.h"

#include <cstdio>
#include <memory>

using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct RunOptions {
  ModelOptions model;
  std::vector<std::string> arguments;
};

} // namespace

/// Whether the program's summary is one JSON object for a script; what
/// compiling tells would spoil it.
static bool wantsJson(const std::vector<std::string> &arguments) {
  for (size_t i = 0; i < arguments.size(); ++i)
    if (arguments[i] == "--format=json" ||
        (arguments[i] == "--format" && i + 1 < arguments.size() &&
         arguments[i + 1] == "json"))
      return true;
  return false;
}

static int compileAndRun(const RunOptions &options, const Context &context) {
  llvm::Expected<TemporaryFile> program = TemporaryFile::create("run");
  if (!program) {
    printError(llvm::toString(program.takeError()));
    return 1;
  }
  if (int status =
          compileModel(options.model, context, program->path(),
                       wantsJson(options.arguments) ? SummaryFormat::none
                                                    : SummaryFormat::text))
    return status;
  return execute(program->path(), options.arguments);
}

void layerpipe::driver::addRunCommand(CLI::App &app, Context &context) {
  CLI::App *command = app.add_subcommand(
      "run", "Compile a network and train it at once, keeping no executable");
  auto options = std::make_shared<RunOptions>();
  addModelOptions(*command, options->model);
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
