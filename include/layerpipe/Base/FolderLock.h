//===- FolderLock.h - One process at a time changes a file ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_FOLDERLOCK_H
#define LAYERPIPE_BASE_FOLDERLOCK_H

#include <string>

namespace layerpipe::base {

/// Locks a folder for its lifetime: another lock of the same folder, in this
/// process or another one, waits. A file that is replaced whole can't be locked
/// itself, and a lock file would stay behind. The lock binds those only who ask
/// for it, and ends with the process.
class FolderLock {
public:
  /// Waits for the lock, but no longer than ten seconds, so that nobody can
  /// stop others by holding it.
  explicit FolderLock(const std::string &folder);
  FolderLock(const FolderLock &) = delete;
  FolderLock &operator=(const FolderLock &) = delete;
  ~FolderLock();

  /// Returns whether the lock was got. Some network file systems have none.
  bool isHeld() const { return descriptor >= 0; }

private:
  int descriptor = -1;
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_FOLDERLOCK_H
