//===- TorchCsvWriter.cpp - Writing PyTorch's rows ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchCsv.h"

#include <fmt/format.h>

namespace layerpipe::interchange {
namespace {

Result<std::string> writeLeaf(const TorchAction &action, TorchVersion version) {
  std::optional<std::string_view> letters = lettersOf(action.op, version);
  if (!letters)
    return Error{fmt::format("PyTorch {} has no {}; it came with 2.10",
                             toString(version), toString(action.op))};
  std::string text = fmt::format("{}{}", action.stage, *letters);
  if (hasMicrobatch(action.op))
    text += std::to_string(action.microbatch);
  return text;
}

Result<std::string> writeCell(const TorchCell &cell, TorchVersion version) {
  std::string text;
  for (const TorchAction &action : cell.actions) {
    Result<std::string> leaf = writeLeaf(action, version);
    if (!leaf)
      return leaf;
    text += (text.empty() ? "" : ";") + *leaf;
  }
  if (cell.actions.size() < 2)
    return text;
  if (!hasOverlaps(version))
    return Error{fmt::format("PyTorch {} has no OVERLAP_F_B; it came with 2.9",
                             toString(version))};
  return fmt::format("({})OVERLAP_F_B", text);
}

} // namespace

Result<std::string> writeTorchCsv(const TorchRows &rows,
                                  const TorchCsvOptions &options) {
  std::string text;
  for (size_t rank = 0; rank < rows.ranks.size(); ++rank) {
    const TorchRow &row = rows.ranks[rank];
    if (row.empty() || (row.size() == 1 && row.front().actions.empty()))
      return Error{fmt::format(
          "rank {} has no actions, and PyTorch refuses such rows", rank)};
    for (size_t cell = 0; cell < row.size(); ++cell) {
      Result<std::string> written = writeCell(row[cell], options.version);
      if (!written)
        return Error{placeOf(rank, cell) + ": " + written.message()};
      if (cell > 0)
        text += ',';
      text += *written;
    }
    text += options.lineEnd;
  }
  return text;
}

} // namespace layerpipe::interchange
