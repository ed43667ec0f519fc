//===- Arena.cpp - A block of zeroed, page-aligned memory -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arena takes pages directly from the system, which hands them out zeroed.
//
//===----------------------------------------------------------------------===//

#include "Arena.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include <sys/mman.h>

using namespace layerpipe::runtime;

Result<Arena> Arena::allocate(int64_t bytes) {
  Arena arena;
  arena.bytes = std::max<int64_t>(bytes, 1);
  void *pages = mmap(nullptr, arena.bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    return Error{fmt::format("not enough memory: can't allocate {} bytes for "
                             "the program's buffers",
                             bytes)};
  arena.memory = static_cast<std::byte *>(pages);
  return arena;
}

Arena &Arena::operator=(Arena &&other) noexcept {
  std::swap(memory, other.memory);
  std::swap(bytes, other.bytes);
  return *this;
}

Arena::~Arena() {
  if (memory)
    munmap(memory, bytes);
}

void Arena::clear() {
  if (memory)
    std::memset(memory, 0, bytes);
}
