//===- OutputFile.h - The one writer of every output ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every program writes every output through an OutputFile. What happens depends
// on what the path leads to when symbolic links are followed:
//
// - A regular file, or nothing: the bytes go into a temporary file beside it,
//   which takes its place on commit(). The file appears whole or not at all,
//   and links to it stay links.
// - A FIFO or a device: the bytes are written through, and it is never
//   replaced.
// - "-", /dev/stdout, /dev/fd/N: the bytes go to that open descriptor. Once
//   standard output has been asked for, programs print what they tell people to
//   standard error.
//
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
  /// The file appears on commit(), whole or not at all.
  Whole,
  /// The file may be executed; otherwise it is written as Whole.
  Executable,
  /// The file grows while a reader follows it: the file itself is emptied and
  /// appended to, and flush() hands over what was written so far.
  Growing
};

class OutputFile {
public:
  /// Opens the output. Opening early finds out early whether the path can be
  /// written. Waits for a reader if the path is a FIFO.
  static Result<OutputFile> create(const std::string &path,
                                   OutputKind kind = OutputKind::Whole);
  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&other) noexcept;
  /// Removes the temporary file and leaves the target as it is, unless commit()
  /// was called.
  ~OutputFile();

  /// Returns whether commit() replaces a regular file, or makes one.
  bool isReplaced() const { return !temporary.path().empty(); }
  /// Appends bytes. An error is kept for commit().
  void write(std::string_view bytes);
  /// Hands pending bytes to the system. Returns false after an error.
  bool flush();
  /// Writes the rest, makes sure that a temporary file is on the disk, and puts
  /// it in the target's place. The error names the path and the reason.
  Result<void> commit();

private:
  OutputFile() = default;
  Result<void> openBeside(OutputKind kind);
  Result<void> openItself(int flags);
  Error failed(int number) const;

  std::string name;   ///< The user knows the file by this name.
  std::string target; ///< Following the links of the path leads here.
  RemovedOnSignal temporary;
  std::string pending; ///< The system has not got these bytes yet.
  int descriptor = -1;
  int failure = 0; ///< The first write that failed set this errno.
};

/// Writes `bytes` as a whole file and commits.
Result<void> writeOutput(const std::string &path, std::string_view bytes,
                         OutputKind kind = OutputKind::Whole);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_OUTPUTFILE_H
