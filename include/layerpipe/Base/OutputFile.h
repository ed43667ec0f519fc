//===- OutputFile.h - The one writer of every output ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every program writes every output through an OutputFile. What happens depends
// on what the path leads to, symbolic links followed:
//  - A regular file, or nothing: the bytes go into a temporary file beside it,
//    which takes its place on commit(). The file appears whole or not at all,
//    and links to it stay links.
//  - A FIFO or a device: the bytes are written through, it is never replaced.
//  - "-", /dev/stdout, /dev/fd/N: the bytes go to that open descriptor. After
//    standard output was asked for, what programs print for people goes to
//    standard error.
// Folders, block devices and sockets are refused. A signal that ends the
// process removes the temporary file (Base/Signals.h).
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_OUTPUTFILE_H
#define LAYERPIPE_BASE_OUTPUTFILE_H

#include "layerpipe/Base/Result.h"
#include "layerpipe/Base/Signals.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace layerpipe::base {

enum class OutputKind {
  /// Appears on commit(), whole or not at all.
  Whole,
  /// May be executed; otherwise as Whole.
  Executable,
  /// Grows while a reader follows it: the file itself is emptied and appended
  /// to, and flush() hands over what was written so far.
  Growing
};

class OutputFile {
public:
  /// Opening early finds out early whether the path can be written. Waits for a
  /// reader if it is a FIFO.
  static Result<OutputFile> create(const std::string &path,
                                   OutputKind kind = OutputKind::Whole);
  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&other) noexcept;
  /// Without commit(), a temporary file goes and the target stays.
  ~OutputFile();

  /// Whether commit() replaces a regular file, or makes one.
  bool isReplaced() const { return !temporary.path().empty(); }
  /// Appends. An error is kept for commit().
  void write(std::string_view bytes);
  /// Hands what is pending to the system. False after an error.
  bool flush();
  /// Writes the rest, and puts a temporary file, safely on disk, in the
  /// target's place. The error names the path and the reason.
  Result<void> commit();

private:
  OutputFile() = default;
  Result<void> openBeside(OutputKind kind);
  Result<void> openItself(int flags);
  Error failed(int number) const;

  std::string name;   ///< As the user knows it.
  std::string target; ///< Links followed.
  RemovedOnSignal temporary;
  std::string pending; ///< Not yet handed to the system.
  int descriptor = -1;
  int failure = 0; ///< errno of the first failed write.
};

/// Writes `bytes` and commits.
Result<void> writeOutput(const std::string &path, std::string_view bytes,
                         OutputKind kind = OutputKind::Whole);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_OUTPUTFILE_H
