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

#include "Plan.h"

#include <optional>

namespace layerpipe::compare {

struct MeasuredRow {
  Row row;
  /// A cost or a failure has no schedule.
  std::optional<scheduling::StaticSchedule> schedule;
};

/// Returns the row of a strategy's answer; a failure becomes the row's error.
MeasuredRow measure(Session &session, int64_t processors,
                    const Strategy &strategy,
                    const scheduling::Result<Outcome> &outcome);

/// Runs the strategy and measures its answer; a failure becomes the row's
/// error. Calls the listener, if there is one.
Row makeRow(Session &session, int64_t processors, const Strategy &strategy,
            const RowListener &listener);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_MEASURE_H
