//===- MemoryUse.h - What memory a run takes --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a program takes is known before its first step. Whether that is all that
// it takes, the system tells; where it doesn't, nothing is measured.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_MEMORYUSE_H
#define LAYERPIPE_LIB_RUNTIME_MEMORYUSE_H

#include <cstdint>
#include <optional>

namespace layerpipe::runtime {

/// These are bytes of a run's memory. Data and the scores on test data are not
/// part of it.
struct MemoryUse {
  /// The compiler and the kernels ask for so many: for buffers, scratch memory
  /// and workspaces.
  int64_t predicted = 0;
  /// So many of these lie in memory at the end, as some step has touched them.
  std::optional<int64_t> measured;
  /// The process has grown by so many, all in all.
  std::optional<int64_t> grown;

  /// Returns what the process has grown by beside that: libraries keep code and
  /// tables of the kernels, and what they pack matrices into.
  std::optional<int64_t> others() const;
};

/// This measures by how much the process grows from here on.
class MemoryGrowth {
public:
  MemoryGrowth();

  /// Returns how many bytes more lie in memory, and in no file, than at the
  /// beginning; none if the system doesn't tell.
  std::optional<int64_t> bytes() const;

private:
  std::optional<int64_t> before;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_MEMORYUSE_H
