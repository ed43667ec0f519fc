//===- Execute.cpp - Running compiled programs ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execute.h"

#include "Command.h"
#include "llvm/Support/Program.h"

#include <cstdio>

int layerpipe::driver::execute(const std::string &program,
                               const std::vector<std::string> &arguments,
                               bool quiet) {
  std::vector<llvm::StringRef> command{program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  // What was printed before stands before what the program prints.
  std::fflush(stdout);
  std::optional<llvm::StringRef> same, nowhere = "";
  std::string error;
  int status = llvm::sys::ExecuteAndWait(program, command, std::nullopt,
                                         {same, quiet ? nowhere : same, same},
                                         0, 0, &error);
  if (status < 0) {
    printError("the compiled program was stopped: " +
               (error.empty() ? "it crashed" : error));
    return 1;
  }
  return status;
}
