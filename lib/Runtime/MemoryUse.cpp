//===- MemoryUse.cpp - What memory a run takes ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// /proc/self/status counts per thread and adds up now and then; smaps_rollup
// walks the page tables and is exact.
//
//===----------------------------------------------------------------------===//

#include "MemoryUse.h"

#include <algorithm>
#include <fstream>
#include <string>

using namespace layerpipe::runtime;

/// Returns the bytes of this process that lie in memory and in no file; none
/// where there is no Linux to count them.
static std::optional<int64_t> anonymousBytes() {
  std::ifstream file("/proc/self/smaps_rollup");
  for (std::string key; file >> key;)
    if (int64_t kilobytes = 0; key == "Anonymous:" && file >> kilobytes)
      return kilobytes * 1024;
  return std::nullopt;
}

MemoryGrowth::MemoryGrowth() : before(anonymousBytes()) {}

std::optional<int64_t> MemoryGrowth::bytes() const {
  const std::optional<int64_t> now = anonymousBytes();
  if (!before || !now)
    return std::nullopt;
  return *now - *before;
}

std::optional<int64_t> MemoryUse::others() const {
  if (!measured || !grown)
    return std::nullopt;
  return std::max<int64_t>(*grown - *measured, 0);
}
