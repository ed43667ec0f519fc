//===- Measure.h - A row's numbers ------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions fill a row from a strategy's answer.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_MEASURE_H
#define LAYERPIPE_LIB_COMPARE_MEASURE_H

#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Strategies/FreePlans.h"
#include "layerpipe/Strategies/Planner.h"

#include <optional>

namespace layerpipe::compare {

/// A session keeps what the rows of one comparison share.
struct Session {
  strategies::Planner &planner;
  const CompareOptions &options;
  /// There are plans without pins if there are pins, or else null.
  strategies::FreePlans *freePlans = nullptr;
  /// `done` of `total` pairs of a strategy and a number of processors have
  /// been run.
  size_t total = 0;
  size_t done = 0;

  /// Tells options.progress, if there is one, that the next pair begins.
  void tellProgress(int64_t processors, std::string_view strategy);
};

struct MeasuredRow {
  Row row;
  /// A cost or a failure has no schedule.
  std::optional<scheduling::StaticSchedule> schedule;
};

/// Returns the row of a strategy's answer; a failure becomes the row's error.
MeasuredRow measure(Session &session, int64_t processors,
                    const strategies::Strategy &strategy,
                    const scheduling::Result<strategies::Outcome> &outcome);

/// Runs the strategy and measures its answer; a failure becomes the row's
/// error. Calls the listener, if there is one.
Row makeRow(Session &session, int64_t processors,
            const strategies::Strategy &strategy, const RowListener &listener);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_MEASURE_H
