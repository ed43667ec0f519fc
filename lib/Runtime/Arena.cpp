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
#include <limits>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

using namespace layerpipe::runtime;

/// A processor remembers where some thousand pages lie. With pages of 4 KiB
/// that is too little for a network of some megabytes, and each page that it
/// looks up costs a tenth of a microsecond on a virtual machine.
static constexpr int64_t hugePage = int64_t(2) << 20;

/// Moves the start to where a huge page begins, gives back what lies before it
/// and behind the end, and asks for huge pages. A system that has none passes
/// over it.
static void useHugePages(std::byte *&start, int64_t bytes) {
  auto address = reinterpret_cast<uintptr_t>(start);
  const int64_t before = int64_t(-address & (hugePage - 1));
  const int64_t page = sysconf(_SC_PAGESIZE);
  const int64_t end = before + (bytes + page - 1) / page * page;
  if (before > 0)
    munmap(start, before);
  if (end < bytes + hugePage)
    munmap(start + end, bytes + hugePage - end);
  start += before;
  madvise(start, bytes, MADV_HUGEPAGE);
}

Result<Arena> Arena::allocate(int64_t bytes) {
  Arena arena;
  arena.bytes = std::max<int64_t>(bytes, 1);
  // Some bytes more, so that a huge page begins within them.
  const int64_t spare = bytes < hugePage ? 0 : hugePage;
  void *pages = MAP_FAILED;
  if (bytes <= std::numeric_limits<int64_t>::max() - spare)
    pages = mmap(nullptr, arena.bytes + spare, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    return Error{fmt::format("not enough memory: can't allocate {} bytes for "
                             "the program's buffers",
                             bytes)};
  arena.memory = static_cast<std::byte *>(pages);
  if (spare > 0)
    useHugePages(arena.memory, bytes);
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

std::optional<int64_t> Arena::residentBytes() const {
  const size_t page = sysconf(_SC_PAGESIZE);
  std::vector<unsigned char> pages((bytes + page - 1) / page);
  if (mincore(memory, bytes, pages.data()) != 0)
    return std::nullopt;
  size_t resident = 0;
  for (size_t i = 0; i < pages.size(); ++i)
    if (pages[i] & 1)
      resident += std::min(page, bytes - i * page);
  return int64_t(resident);
}
