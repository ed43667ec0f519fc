//===- CompileCommand.cpp - layerpipe compile -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "FormatOption.h"
#include "SharedOptions.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Driver/Compiler.h"

#include "llvm/Support/Path.h"

#include <memory>

using namespace layerpipe::driver;

namespace {

struct CompileOptions {
  ModelOptions model;
  std::string output;
  FormatOption format;
};

} // namespace

void layerpipe::driver::addCompileCommand(CLI::App &app, Context &context) {
  CLI::App *command =
      app.add_subcommand("compile", "Compile a network to an executable that "
                                    "trains it");
  auto options = std::make_shared<CompileOptions>();
  addModelOptions(*command, options->model);
  command->add_option("-o,--output", options->output,
                      "The executable; without it the model's name without "
                      ".mlir, in the current folder");
  options->format.addTo(*command);
  command->footer(
      "Example:\n"
      "  layerpipe compile examples/fashion-mnist/mlp.mlir -p 2 -o "
      "mlp\n"
      "  ./mlp --data /usr/share/datasets/fashion-mnist --epochs 5");
  command->callback([options, command, &context] {
    options->model.given = layerpipe::base::givenOptions(*command);
    if (options->output.empty() && options->model.model == "-") {
      printError("-o is missing: a network from standard input has no name "
                 "that the executable could have");
      context.status = 1;
      return;
    }
    if (options->output.empty())
      options->output = llvm::sys::path::stem(options->model.model).str();
    context.status = compileModel(
        options->model, context.tool, options->output,
        options->format.isJson() ? SummaryFormat::json : SummaryFormat::text);
  });
}
