//===- AtomicFile.cpp - Files that appear whole or not at all -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Temporary file, fsync, rename, fsync of the folder. A symbolic link stays a
// link: its target is what is replaced.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/AtomicFile.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace layerpipe::base;
namespace fs = std::filesystem;

static Error cannotWrite(const std::string &path, const std::string &reason) {
  return Error{fmt::format("can't write {}: {}", path, reason)};
}

/// The permissions that a newly created file gets from the user's mask.
static mode_t defaultMode() {
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

Result<AtomicFile> AtomicFile::create(const std::string &path) {
  std::error_code error;
  fs::path target = fs::weakly_canonical(path, error);
  if (error)
    return cannotWrite(path, error.message());
  struct stat status;
  bool exists = stat(target.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode))
    return cannotWrite(path, "it exists and is not a regular file");
  if (exists && access(target.c_str(), W_OK) != 0)
    return cannotWrite(path, std::strerror(errno));

  AtomicFile file;
  file.target = target.string();
  std::string pattern =
      (target.parent_path() / ("." + target.filename().string() + ".XXXXXX"))
          .string();
  file.descriptor = mkostemp(pattern.data(), O_CLOEXEC);
  if (file.descriptor < 0)
    return cannotWrite(path, std::strerror(errno));
  file.temporary = pattern;
  if (fchmod(file.descriptor,
             exists ? status.st_mode & 07777 : defaultMode()) != 0)
    return cannotWrite(path, std::strerror(errno));
  return file;
}

AtomicFile::AtomicFile(AtomicFile &&other) noexcept {
  *this = std::move(other);
}

AtomicFile &AtomicFile::operator=(AtomicFile &&other) noexcept {
  std::swap(target, other.target);
  std::swap(temporary, other.temporary);
  std::swap(pending, other.pending);
  std::swap(descriptor, other.descriptor);
  std::swap(failure, other.failure);
  return *this;
}

AtomicFile::~AtomicFile() {
  if (descriptor >= 0)
    close(descriptor);
  if (!temporary.empty())
    unlink(temporary.c_str());
}

void AtomicFile::flush() {
  std::string_view rest = pending;
  while (!rest.empty() && failure == 0) {
    ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written >= 0)
      rest.remove_prefix(written);
    else if (errno != EINTR)
      failure = errno;
  }
  pending.clear();
}

void AtomicFile::write(std::string_view bytes) {
  constexpr size_t blockSize = 1 << 16;
  pending += bytes;
  if (pending.size() >= blockSize)
    flush();
}

Result<void> AtomicFile::commit() {
  flush();
  if (failure == 0 && fsync(descriptor) != 0)
    failure = errno;
  if (close(std::exchange(descriptor, -1)) != 0 && failure == 0)
    failure = errno;
  if (failure == 0 && rename(temporary.c_str(), target.c_str()) != 0)
    failure = errno;
  if (failure != 0)
    return cannotWrite(target, std::strerror(failure));
  temporary.clear();
  fs::path folder = fs::path(target).parent_path();
  int folderDescriptor = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (folderDescriptor >= 0) { // A folder that can't be synced loses nothing.
    fsync(folderDescriptor);
    close(folderDescriptor);
  }
  return {};
}
