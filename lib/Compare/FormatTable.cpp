//===- FormatTable.cpp - Rows as a table ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A table for terminals. Times are exact; sizes are rounded to one decimal of a
// binary unit.
//
//===----------------------------------------------------------------------===//

#include "Cells.h"
#include "layerpipe/Base/Text.h"
#include "layerpipe/Compare/Format.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::compare {

namespace {

struct Column {
  std::string_view heading;
  std::string (*text)(const Row &);
  bool left = false;
  /// Left out where no row has anything in it.
  bool optional = false;
};

const std::string none = "–";

std::string number(const std::optional<int64_t> &value) {
  return value ? fmt::format("{}", *value) : none;
}

std::string times(const std::optional<double> &value) {
  return value ? fmt::format("{:.3f}", *value) : none;
}

/// A gap that is not 0 must not look as if it were.
std::string percent(const std::optional<double> &value) {
  if (!value)
    return none;
  if (*value > 0 && *value < 0.0005)
    return "<0.1 %";
  return fmt::format("{:.1f} %", 100 * *value);
}

std::string bytes(const std::optional<int64_t> &value) {
  constexpr std::string_view units[] = {"B",   "KiB", "MiB", "GiB",
                                        "TiB", "PiB", "EiB"};
  if (!value)
    return none;
  if (*value < 1024)
    return fmt::format("{} B", *value);
  double size = static_cast<double>(*value);
  size_t unit = 0;
  // What would be printed as 1024.0 belongs to the next unit.
  while (size >= 1023.95 && unit + 1 < std::size(units)) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, units[unit]);
}

std::string truth(const std::optional<bool> &value) {
  return !value ? none : *value ? "yes" : "no";
}

std::string explanation(const Row &row) {
  if (!row.error.empty())
    return "error: " + base::printable(row.error);
  if (row.limitedBy.empty())
    return none;
  return base::printable(row.limitedBy);
}

constexpr size_t periodColumn = 3;

const Column columns[] = {
    {"strategy", [](const Row &row) { return base::printable(row.strategy); },
     true},
    {"P", [](const Row &row) { return fmt::format("{}", row.processors); }},
    {"used", [](const Row &row) { return number(row.processorsUsed); }},
    {"period", [](const Row &row) { return number(row.period); }},
    {"speedup", [](const Row &row) { return times(row.speedup); }},
    {"vs pipedream", [](const Row &row) { return times(row.vsPipedream); }},
    {"bound", [](const Row &row) { return number(row.lowerBound); }},
    {"gap", [](const Row &row) { return percent(row.gap); }},
    {"busy", [](const Row &row) { return percent(row.utilization); }},
    {"stale", [](const Row &row) { return number(row.maxStaleness); }},
    {"stash", [](const Row &row) { return bytes(row.stashBytes); }},
    {"peak memory", [](const Row &row) { return bytes(row.peakMemoryBytes); }},
    {"sent", [](const Row &row) { return bytes(row.communicationBytes); }},
    {"copied", [](const Row &row) { return bytes(row.bytesCopied); }},
    {"splits", [](const Row &row) { return number(row.splits); }, false, true},
    {"parts", [](const Row &row) { return number(row.parts); }, false, true},
    {"stale bytes",
     [](const Row &row) {
       return row.pareto ? bytes(row.weightedStaleness) : none;
     },
     false, true},
    {"pareto", [](const Row &row) { return truth(row.pareto); }, false, true},
    {"limited by", explanation, true}};

/// Those that some row needs.
std::vector<const Column *> columnsOf(const std::vector<Row> &rows) {
  std::vector<const Column *> chosen;
  for (const Column &column : columns)
    if (!column.optional ||
        std::any_of(rows.begin(), rows.end(),
                    [&](const Row &row) { return column.text(row) != none; }))
      chosen.push_back(&column);
  return chosen;
}

std::string headingOf(const Column &column, const std::vector<Row> &rows) {
  bool unit = &column == &columns[periodColumn] && !rows.empty();
  return std::string(column.heading) +
         (unit ? " " + base::printable(rows.front().timeUnit) : "");
}

std::string layOut(const std::vector<const Column *> &chosen,
                   const std::vector<std::string> &texts,
                   const std::vector<size_t> &widths) {
  std::string line;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string blanks(widths[i] - base::countColumns(texts[i]), ' ');
    line += i == 0 ? "" : "  ";
    line += chosen[i]->left ? texts[i] + blanks : blanks + texts[i];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

} // namespace

std::string formatTable(std::string_view model, const std::vector<Row> &rows) {
  std::vector<const Column *> chosen = columnsOf(rows);
  std::vector<std::vector<std::string>> lines(1);
  for (const Column *column : chosen)
    lines.front().push_back(headingOf(*column, rows));
  for (const Row &row : rows) {
    std::vector<std::string> &line = lines.emplace_back();
    for (const Column *column : chosen)
      line.push_back(column->text(row));
  }
  std::vector<size_t> widths(chosen.size(), 0);
  for (const std::vector<std::string> &line : lines)
    for (size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], base::countColumns(line[i]));
  std::string text = base::printable(model) + "\n";
  for (const std::vector<std::string> &line : lines)
    text += layOut(chosen, line, widths);
  return text;
}

} // namespace layerpipe::compare
