//===- Main.cpp - The driver for people -----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/Version.h"
#include "layerpipe/Driver/Messages.h"
#include "llvm/Config/llvm-config.h"

#include <fmt/format.h>

using namespace layerpipe::driver;

/// Explains a mistake. Options of the compiled program are often typed before
/// the --.
static std::string explain(const CLI::App &app, const CLI::ParseError &error) {
  std::string text = layerpipe::base::explainMistake(app, error);
  if (app.got_subcommand("run") &&
      dynamic_cast<const CLI::ExtrasError *>(&error))
    text += "; options of the program that run trains with go behind --, as in "
            "layerpipe run MODEL.mlir -- --data synthetic --steps 100";
  return text;
}

static int runCommand(int argc, char **argv) {
  CLI::App app("Schedules the training of neural networks on several "
               "processors and compiles it",
               "layerpipe");
  app.require_subcommand(1);
  app.set_version_flag("--version",
                       fmt::format("layerpipe {} (LLVM and MLIR {})",
                                   layerpipe::base::version(),
                                   LLVM_VERSION_STRING),
                       "Print the version and exit");
  app.footer("layerpipe COMMAND --help tells more of a command.");
  Context context{argv[0]};
  addCompileCommand(app, context);
  addRunCommand(app, context);
  addCompareCommand(app, context);
  addProfileCommand(app, context);
  addCheckCommand(app, context);
  addReportCommand(app, context);
  addExportCommand(app, context);
  addExportOnnxCommand(app, context);
  addCompletionCommand(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &answer) {
    return layerpipe::base::printAnswer(app, answer);
  } catch (const CLI::ParseError &error) {
    printError(explain(app, error));
    return 1;
  }
  return context.status;
}

int main(int argc, char **argv) {
  layerpipe::base::prepareStandardStreams();
  int status = runCommand(argc, argv);
  auto printed = layerpipe::base::finishStandardOutput();
  if (printed)
    return status;
  printError(printed.error().message);
  return status ? status : 1;
}
