//===- Main.cpp - The driver for people -----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "layerpipe/Base/StandardStreams.h"

#include <cstdio>

using namespace layerpipe::driver;

static void print(const char *kind, const std::string &message) {
  std::fflush(stdout);
  std::fprintf(stderr, "layerpipe: %s: %s\n", kind, message.c_str());
}

void layerpipe::driver::printError(const std::string &message) {
  print("error", message);
}

void layerpipe::driver::printNote(const std::string &message) {
  print("note", message);
}

static int runCommand(int argc, char **argv) {
  CLI::App app("Schedules the training of neural networks on several "
               "processors and compiles it",
               "layerpipe");
  app.require_subcommand(1);
  app.footer("layerpipe COMMAND --help tells more of a command.");
  Context context{argv[0]};
  addCompileCommand(app, context);
  addRunCommand(app, context);
  addCompareCommand(app, context);
  addProfileCommand(app, context);
  addCheckCommand(app, context);
  addReportCommand(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp &help) {
    return app.exit(help);
  } catch (const CLI::ParseError &error) {
    printError(error.what());
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
