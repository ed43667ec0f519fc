//===- FormatTable.cpp - Rows as a table ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table is for terminals of 120 columns. Numbers have three digits, and the
// last column, which is text, goes on in the lines below. JSON and CSV have the
// raw numbers, and more of them.
//
//===----------------------------------------------------------------------===//

#include "Cells.h"
#include "layerpipe/Base/Quantities.h"
#include "layerpipe/Base/Text.h"
#include "layerpipe/Compare/Format.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace layerpipe::compare {

namespace {

constexpr size_t tableColumns = 120;
/// The last column is never narrower than this.
constexpr size_t leastTextColumns = 12;

enum class When {
  always,
  /// The column stands in a plain comparison.
  plain,
  /// The column stands in a Pareto front.
  front,
  /// The column stands where some row has something in it.
  needed
};

struct Column {
  std::string_view heading;
  std::string (*text)(const Row &);
  When when = When::always;
  bool left = false;
};

const std::string none = "–";

std::string number(const std::optional<int64_t> &value) {
  return value ? fmt::format("{}", *value) : none;
}

std::string count(const std::optional<int64_t> &value) {
  return value ? base::countText(*value) : none;
}

std::string times(const std::optional<double> &value) {
  return value ? fmt::format("{:.2f}", *value) : none;
}

std::string percent(const std::optional<double> &value) {
  return value ? base::percentText(*value) : none;
}

std::string bytes(const std::optional<int64_t> &value) {
  return value ? base::bytesText(*value) : none;
}

/// Returns the least and the most that a processor holds, "1.2–4.8 MB".
std::string peaks(const Row &row) {
  if (row.actionsPeakBytes.empty())
    return none;
  auto [least, most] = std::minmax_element(row.actionsPeakBytes.begin(),
                                           row.actionsPeakBytes.end());
  return *least == *most ? bytes(*most) : bytes(*least) + "–" + bytes(*most);
}

std::string truth(const std::optional<bool> &value) {
  return !value ? none : *value ? "yes" : "no";
}

/// Returns the strategy's name. The rows of a front add their variant to tell
/// them apart.
std::string name(const Row &row) {
  std::string strategy = base::printable(row.strategy);
  return row.variant ? fmt::format("{} #{}", strategy, *row.variant) : strategy;
}

/// Returns "4", or "3 of 4" where one processor has nothing to do.
std::string processors(const Row &row) {
  bool all = !row.processorsUsed || *row.processorsUsed == row.processors;
  return all ? fmt::format("{}", row.processors)
             : fmt::format("{} of {}", *row.processorsUsed, row.processors);
}

/// Returns "3≥1" where the staleness is 3 and nothing below 1 is possible, and
/// "3" where 3 is the least.
std::string staleness(const Row &row) {
  bool proven = !row.stalenessBound || row.stalenessBound == row.maxStaleness;
  return proven ? number(row.maxStaleness)
                : fmt::format("{}≥{}", *row.maxStaleness, *row.stalenessBound);
}

std::string explanation(const Row &row) {
  if (!row.error.empty())
    return "error: " + base::printable(row.error);
  if (row.limitedBy.empty())
    return none;
  std::string text = base::printable(row.limitedBy);
  // A pipeline of P stages is at most P − 1 late. What is later is named, but
  // not all of it, since a row is read with others.
  if (row.maxStaleness >= row.processors && !row.stalerParameters.empty()) {
    size_t end =
        std::min(row.stalerParameters.find(';'), row.stalerParameters.size());
    text += "; late: " + base::printable(row.stalerParameters.substr(0, end));
    if (end < row.stalerParameters.size())
      text += " and others";
  }
  return text;
}

const Column columns[] = {
    {"strategy", name, When::always, true},
    {"P", processors},
    {"period", [](const Row &row) { return count(row.period); }},
    {"speedup", [](const Row &row) { return times(row.speedup); }, When::plain},
    {"gain", [](const Row &row) { return times(row.vsPipedream); },
     When::plain},
    {"gap", [](const Row &row) { return percent(row.gap); }},
    {"busy", [](const Row &row) { return percent(row.utilization); },
     When::plain},
    {"stale", staleness},
    {"stale bytes",
     [](const Row &row) {
       return row.pareto ? bytes(row.weightedStaleness) : none;
     },
     When::front},
    {"memory", [](const Row &row) { return bytes(row.peakMemoryBytes); }},
    {"sent", [](const Row &row) { return bytes(row.communicationBytes); }},
    {"pin cost", [](const Row &row) { return times(row.pinCost); },
     When::needed},
    {"parts",
     [](const Row &row) {
       return row.parts && *row.parts > 0 ? number(row.parts) : none;
     },
     When::needed},
    {"pareto", [](const Row &row) { return truth(row.pareto); }, When::front}};

/// These are the columns of the table of orders of microbatches.
const Column orderColumns[] = {
    {"order", name, When::always, true},
    {"P", processors},
    {"span", [](const Row &row) { return count(row.actionsSpan); }},
    {"bound", [](const Row &row) { return count(row.actionsBound); }},
    {"held", peaks},
    {"fixed", [](const Row &row) { return times(row.jitterFixed); },
     When::needed},
    {"ready", [](const Row &row) { return times(row.jitterReady); },
     When::needed}};

std::string boundReason(const Row &row) {
  return row.actionsBoundReason.empty()
             ? none
             : base::printable(row.actionsBoundReason);
}

std::vector<const Column *> columnsOf(std::span<const Column> columns,
                                      const std::vector<Row> &rows) {
  bool front = std::any_of(rows.begin(), rows.end(),
                           [](const Row &row) { return row.pareto; });
  auto isWanted = [&](const Column &column) {
    if (column.when == When::needed)
      return std::any_of(rows.begin(), rows.end(), [&](const Row &row) {
        return column.text(row) != none;
      });
    return column.when == When::always || (column.when == When::front) == front;
  };
  std::vector<const Column *> chosen;
  for (const Column &column : columns)
    if (isWanted(column))
      chosen.push_back(&column);
  return chosen;
}

/// Returns as much of the front of the text as fits into so many columns, but
/// at least one character.
std::string_view firstColumns(std::string_view text, size_t width) {
  size_t end = 0, used = 0;
  while (end < text.size()) {
    size_t length = base::decodeCharacter(text.substr(end)).length;
    used += base::countColumns(text.substr(end, length));
    if (used > width && end > 0)
      break;
    end += length;
  }
  return text.substr(0, end);
}

/// Breaks the text into lines of at most `width` columns, at blanks, or within
/// a word that is longer.
std::vector<std::string> wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  while (firstColumns(text, width).size() < text.size()) {
    std::string_view line = firstColumns(text, width + 1);
    size_t blank = line.rfind(' ');
    bool breaks = blank != std::string_view::npos && blank > 0;
    line = breaks ? line.substr(0, blank) : firstColumns(text, width);
    lines.emplace_back(line);
    text.remove_prefix(line.size() + (breaks ? 1 : 0));
  }
  lines.emplace_back(text);
  return lines;
}

struct Line {
  std::vector<std::string> cells;
  std::string text; ///< The last column has this text.
};

std::string layOut(const std::vector<const Column *> &chosen, const Line &line,
                   const std::vector<size_t> &widths) {
  std::string front;
  for (size_t i = 0; i < line.cells.size(); ++i) {
    std::string blanks(widths[i] - base::countColumns(line.cells[i]), ' ');
    front += chosen[i]->left ? line.cells[i] + blanks : blanks + line.cells[i];
    front += "  ";
  }
  size_t indent = base::countColumns(front);
  size_t room = tableColumns > indent ? tableColumns - indent : 0;
  std::string text;
  for (const std::string &part :
       wrap(line.text, std::max(room, leastTextColumns))) {
    text += (text.empty() ? front : std::string(indent, ' ')) + part;
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

std::string titleOf(std::string_view model, const std::vector<Row> &rows) {
  std::string unit =
      rows.empty() ? ""
                   : ", times in " + base::printable(rows.front().timeUnit);
  return base::printable(model) + unit + "\n";
}

/// Lays out the columns that rows want of these, and a last one of text.
std::string layOutRows(std::span<const Column> columns,
                       const std::vector<Row> &rows,
                       std::string_view textHeading,
                       std::string (*textOf)(const Row &)) {
  std::vector<const Column *> chosen = columnsOf(columns, rows);
  std::vector<Line> lines(1);
  for (const Column *column : chosen)
    lines.front().cells.emplace_back(column->heading);
  lines.front().text = textHeading;
  for (const Row &row : rows) {
    Line &line = lines.emplace_back();
    for (const Column *column : chosen)
      line.cells.push_back(column->text(row));
    line.text = textOf(row);
  }
  std::vector<size_t> widths(chosen.size(), 0);
  for (const Line &line : lines)
    for (size_t i = 0; i < line.cells.size(); ++i)
      widths[i] = std::max(widths[i], base::countColumns(line.cells[i]));
  std::string text;
  for (const Line &line : lines)
    text += layOut(chosen, line, widths);
  return text;
}

} // namespace

std::string formatTable(std::string_view model, const std::vector<Row> &rows) {
  std::string text = titleOf(model, rows) +
                     layOutRows(columns, rows, "limited by", explanation);
  std::vector<Row> orders;
  for (const Row &row : rows)
    if (row.actionsSpan)
      orders.push_back(row);
  if (!orders.empty())
    text += "\n" + layOutRows(orderColumns, orders, "bound by", boundReason);
  return text;
}

} // namespace layerpipe::compare
