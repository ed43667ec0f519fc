//===- CompareRows.h - Reading the rows of layerpipe compare ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_COMPAREROWS_H
#define LAYERPIPE_REPORT_COMPAREROWS_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::report {

/// This is one row of `layerpipe compare --format json`; docs/compare.md
/// explains the keys. A member is empty if the file leaves it out or says that
/// it is null.
struct CompareRow {
  std::string strategy;
  int64_t processors = 0;
  std::string timeUnit;
  std::optional<double> period, speedup, vsPipedream, lowerBound, gap,
      utilization, maxStaleness, stashBytes, peakMemoryBytes,
      communicationBytes;
  std::string limitedBy, error;
  /// Says whether the row is marked as not dominated by another row of its
  /// file.
  bool pareto = false;
};

/// Reads the rows of a file. Fails on text that is not JSON, or that is no list
/// of objects with a strategy, a number of processors and a time unit; the
/// message names the place, such as "rows[3].period". Unknown keys are ignored.
scheduling::Result<std::vector<CompareRow>>
readCompareRows(std::string_view text);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_COMPAREROWS_H
