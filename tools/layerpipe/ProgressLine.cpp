//===- ProgressLine.cpp - Telling how far long work is --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgressLine.h"

#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/Terminal.h"

#include <cstdio>

using namespace layerpipe;
using namespace layerpipe::driver;

ProgressLine::ProgressLine() : enabled(base::isCapableTerminal(stderr)) {}

ProgressLine::~ProgressLine() {
  if (shown)
    base::complainText("\r\x1b[K");
}

void ProgressLine::tell(const std::string &text) {
  if (!enabled)
    return;
  shown = true;
  base::complain("\r{}\x1b[K",
                 text.substr(0, base::terminalColumns(stderr) - 1));
}
