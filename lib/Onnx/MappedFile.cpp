//===- MappedFile.cpp - A file mapped for reading -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MappedFile.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace layerpipe::onnx {

using base::Error;
using base::Result;

static Error cantRead(const std::string &path, int number) {
  return Error{fmt::format("can't read {}: {}", path, std::strerror(number))};
}

Result<int> openRegularFile(const std::string &path, int64_t &size) {
  // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return cantRead(path, errno);
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) {
    int number = errno;
    close(descriptor);
    return cantRead(path, number);
  }
  if (!S_ISREG(status.st_mode)) {
    close(descriptor);
    return Error{fmt::format("can't read {}: it is not a regular file", path)};
  }
  size = status.st_size;
  return descriptor;
}

Result<std::shared_ptr<const MappedFile>>
MappedFile::open(const std::string &path) {
  using Shared = std::shared_ptr<const MappedFile>;
  int64_t size = 0;
  Result<int> descriptor = openRegularFile(path, size);
  if (!descriptor)
    return descriptor.error();
  // No bytes can't be mapped.
  void *pages = nullptr;
  if (size > 0)
    pages = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, *descriptor, 0);
  int number = errno;
  close(*descriptor);
  if (pages == MAP_FAILED)
    return cantRead(path, number);
  return Shared(new MappedFile(
      {static_cast<const char *>(pages), static_cast<size_t>(size)}));
}

MappedFile::~MappedFile() {
  if (!content.empty())
    munmap(const_cast<char *>(content.data()), content.size());
}

} // namespace layerpipe::onnx
