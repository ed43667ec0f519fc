//===- Terminal.cpp - What a file can show --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Terminal.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace layerpipe::base {

static std::string_view environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

bool isCapableTerminal(std::FILE *file) {
  std::string_view term = environment("TERM");
  return isatty(fileno(file)) && !term.empty() && term != "dumb";
}

int terminalColumns(std::FILE *file) {
  winsize size = {};
  bool known = ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::max<int>(size.ws_col, 2) : 80;
}

bool refusesColors() { return !environment("NO_COLOR").empty(); }

} // namespace layerpipe::base
