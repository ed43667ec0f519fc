//===- Cells.h - A row as keys and values -----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place that knows the keys of JSON and CSV, and clean text for the
// outputs that must be UTF-8.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_CELLS_H
#define LAYERPIPE_LIB_COMPARE_CELLS_H

#include "layerpipe/Compare/Compare.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace layerpipe::compare {

/// monostate is "no value".
using CellValue =
    std::variant<std::monostate, bool, int64_t, double, std::string>;

struct Cell {
  std::string_view key;
  CellValue value;
};

/// All keys, in their fixed order.
std::vector<Cell> cellsOf(const Row &row);

/// The text on one line: what is no UTF-8 and what is a control character
/// becomes U+FFFD, one for each byte.
std::string printable(std::string_view text);

/// How many characters valid UTF-8 has.
size_t countCharacters(std::string_view text);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_CELLS_H
