//===- Destination.h - Where a path leads -----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Follows a path to what writing to it would change, whether that exists or
// not, and tells whether files of one command get into each other's way.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_DESTINATION_H
#define LAYERPIPE_BASE_DESTINATION_H

#include "layerpipe/Base/Result.h"

#include <string>
#include <vector>

namespace layerpipe::base {

struct Destination {
  /// Absolute, without links; of a dangling link, the file that it would make.
  std::string path;
  /// An open descriptor of this process that the path names ("-", /dev/stdout,
  /// /dev/fd/N), or -1.
  int descriptor = -1;
};

/// The error is the reason alone, without the path.
Result<Destination> followPath(const std::string &path);

/// Whether writing to the path means writing to standard output.
bool isStandardOutput(const std::string &path);

/// The files that one command reads and writes. Name all inputs first. `label`
/// says what a path is for, such as "--save" or "the model".
class CommandFiles {
public:
  /// The running program itself is an input.
  CommandFiles();

  void addInput(const std::string &label, const std::string &path);
  /// An error if `path` is an input or an earlier output, by whatever name:
  /// another spelling, a symbolic or a hard link. Devices such as /dev/null may
  /// be named more than once. An empty path is no file.
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
