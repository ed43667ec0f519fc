//===- TorchCsvReader.cpp - Reading PyTorch's rows ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The grammar, in which blanks around a cell don't count:
//
//   file = row { line end row } [ line end ]
//   row  = cell { "," cell }
//   cell = "" | leaf | "(" leaf { ";" leaf } ")" "OVERLAP_F_B"
//   leaf = stage letters [ microbatch ]
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Text.h"
#include "layerpipe/Interchange/TorchCsv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace layerpipe::interchange {
namespace {

constexpr std::string_view overlapName = "OVERLAP_F_B";
constexpr std::string_view digits = "0123456789";

/// Cells of messages are cut after so many characters.
constexpr size_t longestCell = 40;

std::string quote(std::string_view text) {
  return fmt::format("'{}'", base::shorten(base::printable(text), longestCell));
}

class Reader {
public:
  explicit Reader(TorchVersion version) : version(version) {}

  Result<TorchRows> read(std::string_view text) const;

private:
  Result<TorchRow> readRow(std::string_view line) const;
  Result<TorchCell> readCell(std::string_view text) const;
  Result<TorchCell> readOverlap(std::string_view text) const;
  Result<TorchAction> readLeaf(std::string_view text) const;
  Result<int64_t> readNumber(std::string_view text,
                             std::string_view what) const;
  Error unknownLetters(std::string_view stage, std::string_view letters,
                       std::string_view microbatch) const;
  std::string listLetters() const;

  TorchVersion version;
};

/// The cell is not part of the message: the caller knows it.
Result<int64_t> Reader::readNumber(std::string_view text,
                                   std::string_view what) const {
  if (text.size() > 1 && text.front() == '0')
    return Error{fmt::format("the {} begins with a zero", what)};
  int64_t number = 0;
  auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || number > maxTorchNumber)
    return Error{fmt::format("the {} is larger than {}", what, maxTorchNumber)};
  return number;
}

std::string Reader::listLetters() const {
  std::string list;
  for (int op = 0; op <= static_cast<int>(TorchOp::reduce_gradient); ++op)
    if (auto letters = lettersOf(static_cast<TorchOp>(op), version))
      list += (list.empty() ? "" : ", ") + std::string(*letters);
  return list;
}

/// Explains letters that another version of PyTorch has, and lists those of
/// this one otherwise.
Error Reader::unknownLetters(std::string_view stage, std::string_view letters,
                             std::string_view microbatch) const {
  if (version != TorchVersion::v2_5 && letters == "BW")
    return {fmt::format(
        "BW is the spelling of PyTorch 2.5, where B is the gradient of inputs "
        "alone; later versions take the B of such a file for both gradients. "
        "Read it as one of 2.5, or write {0}B{1} for BW, and {0}I{1} for B",
        stage, microbatch)};
  if (version == TorchVersion::v2_5 && letters == "I")
    return {fmt::format("I is the spelling of PyTorch 2.6 and later; 2.5 "
                        "writes {}B{}",
                        stage, microbatch)};
  if (auto op = parseTorchOp(letters, newestTorch))
    return {fmt::format("PyTorch {} has no {}; it came with 2.10",
                        toString(version), toString(*op))};
  return {fmt::format("there is no action '{}'; there are {}",
                      base::printable(letters), listLetters())};
}

Result<TorchAction> Reader::readLeaf(std::string_view text) const {
  size_t letters = std::min(text.find_first_not_of(digits), text.size());
  size_t end = text.find_last_not_of(digits) + 1;
  if (letters == 0)
    return Error{"there is no stage in front; an action is written as 0F3: a "
                 "stage, letters and a microbatch"};
  if (letters == text.size())
    return Error{"there are no letters; an action is written as 0F3: a stage, "
                 "letters and a microbatch"};
  std::string_view stage = text.substr(0, letters);
  std::string_view name = text.substr(letters, end - letters);
  std::string_view microbatch = text.substr(end);
  std::optional<TorchOp> op = parseTorchOp(name, version);
  if (!op)
    return unknownLetters(stage, name, microbatch);
  TorchAction action{0, *op, -1};
  Result<int64_t> number = readNumber(stage, "stage");
  if (!number)
    return number.error();
  action.stage = *number;
  if (!hasMicrobatch(*op) && !microbatch.empty())
    return Error{
        fmt::format("{0} has no microbatch; write {1}{0}", name, action.stage)};
  if (!hasMicrobatch(*op))
    return action;
  if (microbatch.empty())
    return Error{fmt::format(
        "the microbatch is missing; it is written behind, as in {}0", text)};
  number = readNumber(microbatch, "microbatch");
  if (!number)
    return number.error();
  action.microbatch = *number;
  return action;
}

Result<TorchCell> Reader::readOverlap(std::string_view text) const {
  size_t close = text.find(')');
  if (close == std::string_view::npos || text.substr(close + 1) != overlapName)
    return Error{"actions that overlap are written as (0F7;7B3)OVERLAP_F_B"};
  if (!hasOverlaps(version))
    return Error{fmt::format("PyTorch {} has no OVERLAP_F_B; it came with 2.9",
                             toString(version))};
  TorchCell cell;
  std::string_view parts = text.substr(1, close - 1);
  for (std::string_view part : base::splitList(parts, ';')) {
    Result<TorchAction> action = readLeaf(part);
    if (!action)
      return Error{fmt::format("{}: {}", quote(part), action.message())};
    if (!isCompute(action->op))
      return Error{fmt::format("{} computes nothing, so it can't overlap",
                               toString(*action))};
    cell.actions.push_back(*action);
  }
  if (cell.actions.size() < 2)
    return Error{fmt::format("a single action overlaps nothing; write {}",
                             toString(cell.actions.front()))};
  return cell;
}

Result<TorchCell> Reader::readCell(std::string_view text) const {
  if (text.empty())
    return TorchCell{};
  if (text.front() == '(')
    return readOverlap(text);
  Result<TorchAction> action = readLeaf(text);
  if (!action)
    return action.error();
  return TorchCell{{*action}};
}

Result<TorchRow> Reader::readRow(std::string_view line) const {
  TorchRow row;
  for (std::string_view text : base::splitList(line, ',')) {
    Result<TorchCell> cell = readCell(text);
    if (!cell)
      return Error{fmt::format("cell {}: {}: {}", row.size() + 1, quote(text),
                               cell.message())};
    row.push_back(std::move(*cell));
  }
  return row;
}

Result<TorchRows> Reader::read(std::string_view text) const {
  if (text.starts_with("\xEF\xBB\xBF"))
    return Error{"the file begins with a byte order mark, which PyTorch can't "
                 "read"};
  TorchRows rows;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    size_t number = rows.ranks.size() + 1;
    if (base::trim(line).empty())
      return Error{fmt::format("row {}: the line is blank, which makes a rank "
                               "without actions; leave it out",
                               number)};
    if (static_cast<int64_t>(number) > maxTorchNumber)
      return Error{fmt::format("there are more than {} rows", maxTorchNumber)};
    Result<TorchRow> row = readRow(line);
    if (!row)
      return Error{fmt::format("row {}, {}", number, row.message())};
    rows.ranks.push_back(std::move(*row));
  }
  if (rows.ranks.empty())
    return Error{"the file is empty; it must have a row for each rank"};
  return rows;
}

} // namespace

Result<TorchRows> readTorchCsv(std::string_view text, TorchVersion version) {
  return Reader(version).read(text);
}

bool looksLikeTorchCsv(std::string_view text) {
  size_t begin = text.find_first_not_of(", \t\r\n(");
  if (begin == std::string_view::npos)
    return false;
  text.remove_prefix(begin);
  size_t letters = text.find_first_not_of(digits);
  return letters != 0 && letters != std::string_view::npos &&
         text[letters] >= 'A' && text[letters] <= 'Z';
}

} // namespace layerpipe::interchange
