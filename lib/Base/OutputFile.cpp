//===- OutputFile.cpp - The one writer of every output --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A regular file is written in four steps: a temporary file, its fsync, the
// renaming, and the fsync of the folder.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/OutputFile.h"

#include "layerpipe/Base/Destination.h"
#include "layerpipe/Base/StandardStreams.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace layerpipe::base;
namespace fs = std::filesystem;

static Error cannotWrite(const std::string &name, const std::string &reason) {
  return Error{fmt::format("can't write {}: {}", name, reason)};
}

Error OutputFile::failed(int number) const {
  return cannotWrite(name, std::strerror(number));
}

/// Returns the permissions that the user's mask leaves of `wanted`.
static mode_t allowedMode(mode_t wanted) {
  mode_t mask = umask(0);
  umask(mask);
  return wanted & ~mask;
}

/// Says why the thing that exists at the path can't be written at all; returns
/// "" if it can.
static const char *refuse(mode_t mode) {
  if (S_ISDIR(mode))
    return "it is a directory";
  if (S_ISBLK(mode))
    return "it is a block device";
  if (S_ISSOCK(mode))
    return "it is a socket";
  return "";
}

Result<OutputFile> OutputFile::create(const std::string &path,
                                      OutputKind kind) {
  OutputFile file;
  file.name = path == "-" ? "standard output" : path;
  if (path.empty() || path.back() == '/')
    return cannotWrite(path, "it names no file");
  Result<Destination> destination = followPath(path);
  if (!destination)
    return cannotWrite(path, destination.error().message);
  file.target = destination->path;
  if (destination->descriptor >= 0) {
    file.descriptor = destination->descriptor == STDOUT_FILENO
                          ? takeStandardOutput()
                          : fcntl(destination->descriptor, F_DUPFD_CLOEXEC, 3);
    if (file.descriptor < 0)
      return file.failed(errno);
    return file;
  }
  struct stat status;
  bool exists = stat(file.target.c_str(), &status) == 0;
  if (exists && *refuse(status.st_mode))
    return cannotWrite(path, refuse(status.st_mode));
  Result<void> opened;
  if (exists && !S_ISREG(status.st_mode))
    opened = file.openItself(O_WRONLY);
  else if (kind == OutputKind::Growing)
    opened = file.openItself(O_WRONLY | O_CREAT | O_TRUNC);
  else
    opened = file.openBeside(kind);
  if (!opened)
    return opened.error();
  return file;
}

Result<void> OutputFile::openItself(int flags) {
  do
    descriptor = open(target.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0666);
  while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0)
    return failed(errno);
  return {};
}

/// Opens a new file beside the target. A signal removes its name from before it
/// exists. It gets the owner and the permissions of the file that it will
/// replace.
Result<void> OutputFile::openBeside(OutputKind kind) {
  struct stat status;
  bool exists = stat(target.c_str(), &status) == 0;
  if (exists && access(target.c_str(), W_OK) != 0)
    return failed(errno);
  const fs::path path(target);
  std::random_device random;
  do {
    temporary = RemovedOnSignal(
        (path.parent_path() /
         fmt::format(".layerpipe-{:08x}{:08x}.tmp", random(), random()))
            .string());
    descriptor = open(temporary.path().c_str(),
                      O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  } while (descriptor < 0 && errno == EEXIST);
  if (descriptor < 0) {
    int number = errno;
    temporary.forget();
    return failed(number);
  }
  mode_t mode = allowedMode(kind == OutputKind::Executable ? 0777 : 0666);
  if (exists) {
    // Only the superuser may give files away; for others the file keeps its
    // owner.
    [[maybe_unused]] int same =
        fchown(descriptor, status.st_uid, status.st_gid);
    mode_t execute = kind == OutputKind::Executable ? mode & 0111 : 0;
    mode = (status.st_mode & 07777) | execute;
  }
  if (fchmod(descriptor, mode) != 0)
    return failed(errno);
  return {};
}

OutputFile::OutputFile(OutputFile &&other) noexcept {
  *this = std::move(other);
}

OutputFile &OutputFile::operator=(OutputFile &&other) noexcept {
  std::swap(name, other.name);
  std::swap(target, other.target);
  std::swap(temporary, other.temporary);
  std::swap(pending, other.pending);
  std::swap(descriptor, other.descriptor);
  std::swap(failure, other.failure);
  return *this;
}

OutputFile::~OutputFile() {
  if (descriptor >= 0)
    close(descriptor);
  if (!temporary.path().empty())
    unlink(temporary.path().c_str());
}

bool OutputFile::flush() {
  std::string_view rest = pending;
  while (!rest.empty() && failure == 0) {
    ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written >= 0)
      rest.remove_prefix(written);
    else if (errno != EINTR)
      failure = errno;
  }
  pending.clear();
  return failure == 0;
}

void OutputFile::write(std::string_view bytes) {
  constexpr size_t blockSize = 1 << 16;
  pending += bytes;
  if (pending.size() >= blockSize)
    flush();
}

/// Syncs the folder of a file, so that a crash of the machine doesn't undo the
/// renaming. Nothing is lost if the folder can't be synced.
static void syncFolderOf(const std::string &file) {
  int folder = open(fs::path(file).parent_path().c_str(), O_RDONLY | O_CLOEXEC);
  if (folder < 0)
    return;
  fsync(folder);
  close(folder);
}

Result<void> OutputFile::commit() {
  flush();
  const bool replaces = !temporary.path().empty();
  if (failure == 0 && replaces && fsync(descriptor) != 0)
    failure = errno;
  if (close(std::exchange(descriptor, -1)) != 0 && failure == 0)
    failure = errno;
  if (failure == 0 && replaces &&
      rename(temporary.path().c_str(), target.c_str()) != 0)
    failure = errno;
  if (failure != 0)
    return failed(failure);
  if (replaces) {
    temporary.forget();
    syncFolderOf(target);
  }
  return {};
}

Result<void> layerpipe::base::writeOutput(const std::string &path,
                                          std::string_view bytes,
                                          OutputKind kind) {
  Result<OutputFile> file = OutputFile::create(path, kind);
  if (!file)
    return file.error();
  file->write(bytes);
  return file->commit();
}
