//===- Cells.cpp - A row as keys and values -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cells.h"

#include "layerpipe/Compare/Format.h"

#include <algorithm>

namespace layerpipe::compare {

namespace {

template <typename T> CellValue cell(const std::optional<T> &value) {
  return value ? CellValue(*value) : CellValue();
}

CellValue cell(const std::string &text) {
  return text.empty() ? CellValue() : CellValue(text);
}

CellValue cell(const std::optional<scheduling::Proof> &proof) {
  return proof ? CellValue(std::string(toString(*proof))) : CellValue();
}

/// The length of the UTF-8 character at the front; 0 if there is none. Table
/// 3-7 of the Unicode standard.
size_t characterLength(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  auto within = [&](size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    return within(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    bool second =
        within(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && within(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    bool second =
        within(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

/// C0, DEL and C1: a terminal may obey them.
bool isControl(std::string_view character) {
  auto byte = [&](size_t i) {
    return static_cast<unsigned char>(character[i]);
  };
  if (character.size() == 1)
    return byte(0) < 0x20 || byte(0) == 0x7F;
  return character.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0;
}

} // namespace

std::vector<Cell> cellsOf(const Row &row) {
  return {{"strategy", row.strategy},
          {"processors", row.processors},
          {"processors_used", cell(row.processorsUsed)},
          {"schedulable", row.schedulable},
          {"time_unit", row.timeUnit},
          {"period", cell(row.period)},
          {"speedup", cell(row.speedup)},
          {"vs_pipedream", cell(row.vsPipedream)},
          {"lower_bound", cell(row.lowerBound)},
          {"gap", cell(row.gap)},
          {"utilization", cell(row.utilization)},
          {"max_staleness", cell(row.maxStaleness)},
          {"stash_bytes", cell(row.stashBytes)},
          {"peak_memory_bytes", cell(row.peakMemoryBytes)},
          {"communication_bytes", cell(row.communicationBytes)},
          {"bytes_copied", cell(row.bytesCopied)},
          {"limited_by", cell(row.limitedBy)},
          {"proof", cell(row.proof)},
          {"error", cell(row.error)},
          {"weighted_staleness", cell(row.weightedStaleness)},
          {"splits", cell(row.splits)},
          {"parts", cell(row.parts)},
          {"cuts", cell(row.cuts)},
          {"pareto", cell(row.pareto)},
          {"variant", cell(row.variant)}};
}

std::vector<std::string_view> rowKeys() {
  std::vector<std::string_view> keys;
  for (const Cell &cell : cellsOf(Row()))
    keys.push_back(cell.key);
  return keys;
}

std::string printable(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    size_t length = characterLength(text);
    std::string_view character = text.substr(0, std::max<size_t>(length, 1));
    if (length == 0 || isControl(character))
      clean += "\uFFFD";
    else
      clean += character;
    text.remove_prefix(character.size());
  }
  return clean;
}

size_t countCharacters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
}

} // namespace layerpipe::compare
