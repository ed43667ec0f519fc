//===- Html.h - Tables and tiles --------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_REPORT_HTML_H
#define LAYERPIPE_LIB_REPORT_HTML_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::report {

struct Column {
  std::string_view heading;
  enum Kind { name, number } kind = name;
};

struct Cell {
  /// The content must be escaped already.
  std::string html;
  /// A fraction from 0 to 1 is drawn as a bar behind the text; a negative one
  /// draws nothing.
  double part = -1;
};

/// Collects rows and makes a table of at most `maxTableRows` of them, which
/// says how many it leaves out.
class Table {
public:
  static constexpr size_t maxTableRows = 1000;

  explicit Table(std::vector<Column> columns) : columns(std::move(columns)) {}

  void add(const std::vector<Cell> &cells);
  /// Sets a last row that stands out and is shown whatever is left out.
  void addSum(const std::vector<Cell> &cells);
  std::string html() const;

private:
  std::string rowHtml(const std::vector<Cell> &cells,
                      std::string_view attributes) const;

  std::vector<Column> columns;
  std::string rows, sum;
  size_t count = 0;
};

/// A tile shows one figure that is worth being large.
struct Tile {
  std::string_view name;
  std::string value;
  std::string note;
};

std::string tilesHtml(const std::vector<Tile> &tiles);

/// Returns a block of the page: a heading, an explanation of what one sees, and
/// the content.
std::string cardHtml(std::string_view heading, std::string_view explanation,
                     const std::string &content);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_HTML_H
