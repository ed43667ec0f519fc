//===- Cells.h - A row as keys and values -----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the one place that knows the keys of JSON and CSV.
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

/// A cell without a value holds monostate.
using CellValue = std::variant<std::monostate, bool, int64_t, double,
                               std::string, std::vector<int64_t>>;

struct Cell {
  std::string_view key;
  CellValue value;
};

/// Returns the cells of a row for all keys, in their fixed order.
std::vector<Cell> cellsOf(const Row &row);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_CELLS_H
