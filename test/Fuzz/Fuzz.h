//===- Fuzz.h - What the fuzz targets share ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fuzz target is a function that libFuzzer calls with bytes of its making. It
// must come back from any of them; the sanitizers see faults of memory and
// undefined behaviour. What must also hold is said with `expect`.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_FUZZ_FUZZ_H
#define LAYERPIPE_TEST_FUZZ_FUZZ_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What a target defines; libFuzzer declares no header for it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace layerpipe::fuzz {

inline std::string_view textOf(const uint8_t *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

/// Ends the run as a finding if the condition does not hold.
inline void expect(bool condition, const char *what) {
  if (condition)
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

} // namespace layerpipe::fuzz

#endif // LAYERPIPE_TEST_FUZZ_FUZZ_H
