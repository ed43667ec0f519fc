//===- RunCommand.cpp - layerpipe run -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiler.h"
#include "Execute.h"

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

static int compileAndRun(const RunOptions &options, const Context &context) {
  llvm::Expected<TemporaryFile> program = TemporaryFile::create("run");
  if (!program) {
    printError(llvm::toString(program.takeError()));
    return 1;
  }
  if (int status = compileModel(options.model, context, program->path(), false))
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
  command->callback([options, &context] {
    context.status = compileAndRun(*options, context);
  });
}
