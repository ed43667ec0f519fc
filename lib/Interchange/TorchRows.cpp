//===- TorchRows.cpp - Schedules as PyTorch has them ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchRows.h"

#include "layerpipe/Interchange/TorchVersion.h"

#include <fmt/format.h>

namespace layerpipe::interchange {

std::string_view toString(TorchOp op) {
  return lettersOf(op, newestTorch).value_or("?");
}

std::string toString(const TorchAction &action) {
  std::string text = fmt::format("{}{}", action.stage, toString(action.op));
  if (hasMicrobatch(action.op))
    text += std::to_string(action.microbatch);
  return text;
}

std::string toString(const TorchCell &cell) {
  if (cell.actions.empty())
    return "";
  if (cell.actions.size() == 1)
    return toString(cell.actions.front());
  std::string parts;
  for (const TorchAction &action : cell.actions)
    parts += (parts.empty() ? "" : ";") + toString(action);
  return fmt::format("({})OVERLAP_F_B", parts);
}

std::string_view toString(TorchLevel level) {
  return level == TorchLevel::compute_only ? "compute_only" : "compute_comms";
}

TorchLevel levelOf(const TorchRows &rows) {
  for (const TorchRow &row : rows.ranks)
    for (const TorchCell &cell : row)
      for (const TorchAction &action : cell.actions)
        if (!isCompute(action.op))
          return TorchLevel::compute_comms;
  return TorchLevel::compute_only;
}

std::string placeOf(size_t rank, size_t cell) {
  return fmt::format("row {}, cell {}", rank + 1, cell + 1);
}

} // namespace layerpipe::interchange
