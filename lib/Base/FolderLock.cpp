//===- FolderLock.cpp - One process at a time changes a file --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/FolderLock.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace layerpipe::base;

/// Tries to lock the open folder, again and again. A file is changed within
/// milliseconds, so that this is how often one looks.
static bool lockWithin(int descriptor, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const bool isBusy = errno == EWOULDBLOCK || errno == EINTR;
    if (!isBusy || std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

FolderLock::FolderLock(const std::string &folder)
    : descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor < 0 || lockWithin(descriptor, std::chrono::seconds(10)))
    return;
  close(descriptor);
  descriptor = -1;
}

FolderLock::~FolderLock() {
  if (descriptor >= 0)
    close(descriptor);
}
