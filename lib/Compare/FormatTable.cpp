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
#include "layerpipe/Compare/Format.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::compare {

namespace {

struct Column {
  std::string_view heading;
  std::string (*text)(const Row &);
  bool left = false;
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

std::string explanation(const Row &row) {
  if (!row.error.empty())
    return "error: " + printable(row.error);
  if (row.limitedBy.empty())
    return none;
  return printable(row.limitedBy);
}

constexpr size_t periodColumn = 3;

const Column columns[] = {
    {"strategy", [](const Row &row) { return printable(row.strategy); }, true},
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
    {"limited by", explanation, true}};

std::vector<std::string> headingsOf(const std::vector<Row> &rows) {
  std::vector<std::string> headings;
  for (const Column &column : columns)
    headings.emplace_back(column.heading);
  if (!rows.empty())
    headings[periodColumn] += " " + printable(rows.front().timeUnit);
  return headings;
}

std::string layOut(const std::vector<std::string> &texts,
                   const std::vector<size_t> &widths) {
  std::string line;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string blanks(widths[i] - countCharacters(texts[i]), ' ');
    line += i == 0 ? "" : "  ";
    line += columns[i].left ? texts[i] + blanks : blanks + texts[i];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

} // namespace

std::string formatTable(std::string_view model, const std::vector<Row> &rows) {
  std::vector<std::vector<std::string>> lines = {headingsOf(rows)};
  for (const Row &row : rows) {
    std::vector<std::string> &line = lines.emplace_back();
    for (const Column &column : columns)
      line.push_back(column.text(row));
  }
  std::vector<size_t> widths(std::size(columns), 0);
  for (const std::vector<std::string> &line : lines)
    for (size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], countCharacters(line[i]));
  std::string text = printable(model) + "\n";
  for (const std::vector<std::string> &line : lines)
    text += layOut(line, widths);
  return text;
}

} // namespace layerpipe::compare
