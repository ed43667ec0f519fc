//===- AtomicFile.h - Files that appear whole or not at all -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An output is written into a temporary file beside its target, which replaces
// the target when it is complete. Creating it early finds out early whether
// the target can be written; a run that fails leaves an old file as it was.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_ATOMICFILE_H
#define LAYERPIPE_BASE_ATOMICFILE_H

#include "layerpipe/Base/Result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace layerpipe::base {

class AtomicFile {
public:
  static Result<AtomicFile> create(const std::string &path);
  AtomicFile(AtomicFile &&other) noexcept;
  AtomicFile &operator=(AtomicFile &&other) noexcept;
  /// Without commit(), the temporary file goes and the target stays.
  ~AtomicFile();

  /// Appends. An error is kept for commit().
  void write(std::string_view bytes);
  /// Puts the file, safely on disk, in the target's place.
  Result<void> commit();

private:
  AtomicFile() = default;
  void flush();

  std::string target, temporary;
  std::string pending; ///< Not yet handed to the system.
  int descriptor = -1;
  int failure = 0; ///< errno of the first failed write.
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_ATOMICFILE_H
