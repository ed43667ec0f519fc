//===- TemporaryFolder.h - A private place for unfinished files -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_TEMPORARYFOLDER_H
#define LAYERPIPE_BASE_TEMPORARYFOLDER_H

#include "layerpipe/Base/Result.h"
#include "layerpipe/Base/Signals.h"

namespace layerpipe::base {

/// Makes a new folder, readable by this user only, with room for one file,
/// which anybody may then create. Both are removed when the object dies, or
/// when a signal ends the process.
class TemporaryFolder {
public:
  /// Creates the folder in the one that TMPDIR names, or in /tmp.
  static Result<TemporaryFolder> create(const std::string &fileName);
  TemporaryFolder(TemporaryFolder &&) noexcept = default;
  TemporaryFolder &operator=(TemporaryFolder &&) noexcept = default;
  ~TemporaryFolder();

  const std::string &file() const { return content.path(); }

private:
  TemporaryFolder() = default;

  RemovedOnSignal folder, content;
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_TEMPORARYFOLDER_H
