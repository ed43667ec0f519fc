//===- ProgressLine.h - Telling how far long work is ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_PROGRESSLINE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_PROGRESSLINE_H

#include <string>

namespace layerpipe::driver {

/// This is one line on standard error that is written over and over, and is
/// gone in the end, so that nothing of it reaches a file. Without a terminal
/// there it says nothing.
class ProgressLine {
public:
  ProgressLine();
  ProgressLine(const ProgressLine &) = delete;
  ProgressLine &operator=(const ProgressLine &) = delete;
  ~ProgressLine();

  void tell(const std::string &text);

private:
  bool enabled;
  bool shown = false;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_PROGRESSLINE_H
