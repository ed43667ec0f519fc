//===- EnumNames.h - Enumerators by their names -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_ENUMNAMES_H
#define LAYERPIPE_SCHEDULING_MODEL_ENUMNAMES_H

#include <array>
#include <optional>
#include <string_view>

namespace layerpipe::scheduling {

/// Returns the enumerator of that name; `names` are those of 0, 1, 2, …
template <typename Enum, size_t N>
std::optional<Enum> parseName(const std::array<std::string_view, N> &names,
                              std::string_view text) {
  for (size_t index = 0; index < N; ++index)
    if (names[index] == text)
      return static_cast<Enum>(index);
  return std::nullopt;
}

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_ENUMNAMES_H
