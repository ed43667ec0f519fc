//===- Destination.cpp - Where a path leads -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Links are followed one by one, because the standard library neither follows
// dangling ones nor stops at /proc/self/fd/N, which looks like a link to the
// file that is open there.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Destination.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace layerpipe::base;
namespace fs = std::filesystem;

/// Returns N if `file` is entry N of this process's /proc/…/fd, otherwise -1.
static int descriptorNamed(const fs::path &folder, const std::string &file) {
  const std::string own = fmt::format("/proc/{}/", getpid());
  const std::string text = folder.string();
  if (text.compare(0, own.size(), own) != 0 || folder.filename() != "fd")
    return -1;
  int number = -1;
  auto [end, error] =
      std::from_chars(file.data(), file.data() + file.size(), number);
  return error == std::errc() && end == file.data() + file.size() ? number : -1;
}

Result<Destination> layerpipe::base::followPath(const std::string &path) {
  if (path == "-")
    return Destination{"standard output", STDOUT_FILENO};
  std::error_code error;
  fs::path next = fs::absolute(path, error);
  constexpr int mostLinks = 40; // The kernel follows as many.
  for (int i = 0; i < mostLinks && !error; ++i) {
    if (next.filename().empty() || next.filename() == "." ||
        next.filename() == "..")
      next = fs::weakly_canonical(next, error);
    fs::path folder = fs::weakly_canonical(next.parent_path(), error);
    if (error)
      break;
    int descriptor = descriptorNamed(folder, next.filename().string());
    if (descriptor >= 0) {
      if (fcntl(descriptor, F_GETFD) < 0)
        return Error{std::strerror(errno)};
      return Destination{(folder / next.filename()).string(), descriptor};
    }
    next = folder / next.filename();
    if (!fs::is_symlink(fs::symlink_status(next, error)))
      // A path that doesn't exist is no link.
      return Destination{next.string()};
    fs::path link = fs::read_symlink(next, error);
    next = link.is_absolute() ? link : folder / link;
  }
  return Error{error ? error.message() : std::strerror(ELOOP)};
}

bool layerpipe::base::isStandardOutput(const std::string &path) {
  Result<Destination> destination = followPath(path);
  return destination && destination->descriptor == STDOUT_FILENO;
}

CommandFiles::CommandFiles() {
  addInput("the program that runs", "/proc/self/exe");
}

CommandFiles::File CommandFiles::makeFile(const std::string &label,
                                          const std::string &path,
                                          bool isOutput) {
  Result<Destination> destination = followPath(path);
  // A path that can't be followed can't be opened either, and opening it says
  // why.
  return {label, path, destination ? *destination : Destination{path},
          isOutput};
}

/// Fills `status` as stat() does; returns false if the file doesn't exist.
static bool look(const Destination &destination, struct stat &status) {
  return destination.descriptor >= 0
             ? fstat(destination.descriptor, &status) == 0
             : stat(destination.path.c_str(), &status) == 0;
}

bool CommandFiles::isSame(const File &a, const File &b) {
  struct stat first, second;
  if (!look(a.destination, first) || !look(b.destination, second))
    return a.destination.path == b.destination.path;
  if (first.st_dev != second.st_dev || first.st_ino != second.st_ino)
    return false;
  bool isOpen = a.destination.descriptor >= 0 || b.destination.descriptor >= 0;
  return isOpen || !S_ISCHR(first.st_mode);
}

void CommandFiles::addInput(const std::string &label, const std::string &path) {
  if (!path.empty() && path != "-") // As an input, "-" is standard input.
    files.push_back(makeFile(label, path, false));
}

Result<void> CommandFiles::addOutput(const std::string &label,
                                     const std::string &path) {
  if (path.empty())
    return {};
  File output = makeFile(label, path, true);
  auto other = std::find_if(files.begin(), files.end(), [&](const File &file) {
    return isSame(file, output);
  });
  if (other != files.end())
    return Error{
        other->isOutput
            ? fmt::format("{} and {} would both write {}; name two files",
                          other->label, label, path)
            : fmt::format("{} would overwrite {} ({}); name another file",
                          label, other->label, other->path)};
  files.push_back(std::move(output));
  return {};
}
