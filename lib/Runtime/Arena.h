//===- Arena.h - A block of zeroed, page-aligned memory ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An arena is the memory that the compiler lays buffers out in. Its alignment
// is always that of a page, so that results that depend on alignment don't
// change from run to run.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_ARENA_H
#define LAYERPIPE_LIB_RUNTIME_ARENA_H

#include "layerpipe/Runtime/Result.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace layerpipe::runtime {

class Arena {
public:
  Arena() = default;
  static Result<Arena> allocate(int64_t bytes);
  Arena(Arena &&other) noexcept { *this = std::move(other); }
  Arena &operator=(Arena &&other) noexcept;
  ~Arena();

  std::byte *data() const { return memory; }
  int64_t size() const { return int64_t(bytes); }
  /// Returns how many of the bytes lie in pages that were touched; none if the
  /// system doesn't tell.
  std::optional<int64_t> residentBytes() const;
  void clear();

private:
  std::byte *memory = nullptr;
  size_t bytes = 0;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_ARENA_H
