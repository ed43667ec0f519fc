//===- Messages.cpp - Errors and notes for the user -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/Messages.h"

#include <cstdio>

using namespace layerpipe::driver;

static void print(const char *kind, const std::string &message) {
  std::fflush(stdout);
  std::fprintf(stderr, "layerpipe: %s: %s\n", kind, message.c_str());
}

void layerpipe::driver::printError(const std::string &message) {
  print("error", message);
}

llvm::LogicalResult layerpipe::driver::failWith(const base::Error &error) {
  printError(error.message);
  return llvm::failure();
}

void layerpipe::driver::printNote(const std::string &message) {
  print("note", message);
}
