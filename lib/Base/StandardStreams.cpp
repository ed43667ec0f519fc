//===- StandardStreams.cpp - Standard output that is checked --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/StandardStreams.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

using namespace layerpipe::base;

/// The first write to standard output that failed set this errno; 0 means that
/// none failed.
static int failure = 0;

static void keepFailure(bool failed) {
  if (failed && failure == 0)
    failure = errno ? errno : EIO;
}

void layerpipe::base::prepareStandardStreams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0)
      continue;
    // The descriptor is opened in the wrong direction, so that a use fails as
    // that of a closed stream does. It gets the lowest free number, which is
    // `stream`.
    int flags = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    [[maybe_unused]] int opened = open("/dev/null", flags);
  }
  signal(SIGXFSZ, SIG_IGN);
}

void layerpipe::base::printText(std::string_view text) {
  errno = 0;
  keepFailure(std::fwrite(text.data(), 1, text.size(), stdout) != text.size());
}

void layerpipe::base::complainText(std::string_view text) {
  errno = 0;
  keepFailure(std::fflush(stdout) != 0);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int layerpipe::base::takeStandardOutput() {
  static int taken = -1;
  if (taken < 0) {
    std::fflush(stdout);
    taken = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (taken < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
      return -1;
  }
  return fcntl(taken, F_DUPFD_CLOEXEC, 3);
}

Result<void> layerpipe::base::finishStandardOutput() {
  errno = 0;
  keepFailure(std::fflush(stdout) != 0);
  errno = 0;
  keepFailure(std::ferror(stdout) != 0);
  if (failure == 0)
    return {};
  return Error{fmt::format("can't write standard output: {}",
                           std::strerror(std::exchange(failure, 0)))};
}
