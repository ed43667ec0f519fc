//===- Destination.h - Where a path leads -----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions follow a path to whatever writing to it would change, whether
// that exists or not, and find out whether files of one command get into each
// other's way.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_DESTINATION_H
#define LAYERPIPE_BASE_DESTINATION_H

#include "layerpipe/Base/Result.h"

#include <string>
#include <vector>

namespace layerpipe::base {

struct Destination {
  /// The path is absolute and has no links in it. A dangling link stands for
  /// the file that it would make.
  std::string path;
  /// If the path names an open descriptor of this process ("-", /dev/stdout,
  /// /dev/fd/N), this is that descriptor; otherwise it is -1.
  int descriptor = -1;
};

/// Follows all links of a path. The error is the reason alone, without the
/// path.
Result<Destination> followPath(const std::string &path);

/// Returns whether writing to the path means writing to standard output.
bool isStandardOutput(const std::string &path);

/// Collects the files that one command reads and writes, and refuses an output
/// that would damage another file. Name all inputs first. `label` says what a
/// path is for, such as "--save" or "the model".
class CommandFiles {
public:
  /// Begins with one input, which is the running program itself.
  CommandFiles();

  void addInput(const std::string &label, const std::string &path);
  /// Adds an output. Fails if `path` is an input or an earlier output under
  /// whatever name: another spelling, a symbolic or a hard link. A device such
  /// as /dev/null may be named more than once, and an empty path stands for no
  /// file.
  Result<void> addOutput(const std::string &label, const std::string &path);

private:
  struct File {
    std::string label, path;
    Destination destination;
    bool isOutput;
  };
  static File makeFile(const std::string &label, const std::string &path,
                       bool isOutput);
  static bool isSame(const File &a, const File &b);

  std::vector<File> files;
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_DESTINATION_H
