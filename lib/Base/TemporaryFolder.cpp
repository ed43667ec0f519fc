//===- TemporaryFolder.cpp - A private place for unfinished files ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/TemporaryFolder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>

#include <sys/stat.h>
#include <unistd.h>

using namespace layerpipe::base;

Result<TemporaryFolder> TemporaryFolder::create(const std::string &fileName) {
  const char *parent = std::getenv("TMPDIR");
  std::random_device random;
  TemporaryFolder result;
  int made = 0;
  do {
    result.folder = RemovedOnSignal(
        fmt::format("{}/layerpipe-{:08x}{:08x}",
                    parent && *parent ? parent : "/tmp", random(), random()));
    made = mkdir(result.folder.path().c_str(), 0700);
  } while (made != 0 && errno == EEXIST);
  if (made != 0) {
    Error error{fmt::format("can't make the temporary folder {}: {}",
                            result.folder.path(), std::strerror(errno))};
    result.folder.forget();
    return error;
  }
  result.content = RemovedOnSignal(result.folder.path() + "/" + fileName);
  return result;
}

TemporaryFolder::~TemporaryFolder() {
  if (!content.path().empty())
    unlink(content.path().c_str());
  if (!folder.path().empty())
    rmdir(folder.path().c_str());
}
