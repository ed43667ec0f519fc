//===- Command.h - The subcommands of layerpipe -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each subcommand adds itself to the command line, and leaves its exit status
// in `status` when it was called. To add one, write a file, and add a line here
// and in Main.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_COMMAND_H
#define LAYERPIPE_TOOLS_LAYERPIPE_COMMAND_H

#include "layerpipe/Driver/Messages.h"

#include <CLI/CLI.hpp>

#include <string>

namespace layerpipe::driver {

/// Every subcommand knows this.
struct Context {
  /// This is argv[0].
  std::string tool;
  int status = 0;
};

void addCheckCommand(CLI::App &app, Context &context);
void addCompareCommand(CLI::App &app, Context &context);
void addCompletionCommand(CLI::App &app, Context &context);
void addCompileCommand(CLI::App &app, Context &context);
void addExportCommand(CLI::App &app, Context &context);
void addExportOnnxCommand(CLI::App &app, Context &context);
void addProfileCommand(CLI::App &app, Context &context);
void addReportCommand(CLI::App &app, Context &context);
void addRunCommand(CLI::App &app, Context &context);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_COMMAND_H
