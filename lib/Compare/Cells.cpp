//===- Cells.cpp - A row as keys and values -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cells.h"

#include "layerpipe/Compare/Format.h"

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

} // namespace

std::vector<Cell> cellsOf(const Row &row) {
  std::vector<Cell> cells = {
      {"strategy", row.strategy},
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
      {"variant", cell(row.variant)},
      {"communication_bound", cell(row.communicationBound)},
      {"staleness_bound", cell(row.stalenessBound)},
      {"weighted_staleness_bound", cell(row.weightedStalenessBound)},
      {"fractional_staleness", cell(row.fractionalStaleness)},
      {"staler_parameters", cell(row.stalerParameters)}};
  if (row.pinned) {
    cells.push_back({"free_period", cell(row.freePeriod)});
    cells.push_back({"pin_cost", cell(row.pinCost)});
  }
  if (row.ordersMicrobatches) {
    cells.push_back({"actions_span", cell(row.actionsSpan)});
    cells.push_back({"actions_bound", cell(row.actionsBound)});
    cells.push_back({"actions_bound_reason", cell(row.actionsBoundReason)});
    cells.push_back(
        {"actions_peak_bytes", row.actionsPeakBytes.empty()
                                   ? CellValue()
                                   : CellValue(row.actionsPeakBytes)});
  }
  if (row.jittered) {
    cells.push_back({"jitter_fixed", cell(row.jitterFixed)});
    cells.push_back({"jitter_ready", cell(row.jitterReady)});
  }
  return cells;
}

std::vector<std::string_view> rowKeys(const Row &row) {
  std::vector<std::string_view> keys;
  for (const Cell &cell : cellsOf(row))
    keys.push_back(cell.key);
  return keys;
}

} // namespace layerpipe::compare
