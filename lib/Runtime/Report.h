//===- Report.h - What a program prints about itself ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions write the text for `--describe` and for the end of a run.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_REPORT_H
#define LAYERPIPE_LIB_RUNTIME_REPORT_H

#include "layerpipe/Runtime/CommandLine.h"
#include "layerpipe/Runtime/Evaluation.h"
#include "layerpipe/Runtime/Executor.h"

#include "MemoryUse.h"

#include <optional>
#include <string>

namespace layerpipe::runtime {

std::string describeProgram(const Manifest &manifest);
/// Says why a run ended at the loss of `step`, and what to do about it.
std::string describeDivergence(const Manifest &manifest, const Options &options,
                               int64_t step);

/// These figures say what training came to.
struct TrainingFigures {
  int64_t steps = 0;
  float loss = 0; ///< The last step had this loss.
  RunSummary run;
  bool sequential = false; ///< One thread ran everything.
  MemoryUse memory;

  /// Returns the measured seconds of an iteration.
  double period() const;
};

/// Returns the time of all tasks, one after the other, divided by the period.
double predictedSpeedup(const Manifest &manifest);

/// Returns the same divided by the measured period. There is none for one
/// processor or thread, nor where times are counted in cycles, which can't be
/// compared with seconds.
std::optional<double> measuredSpeedup(const Manifest &manifest,
                                      const TrainingFigures &training);

std::string describeRun(const Manifest &manifest,
                        const TrainingFigures &training);
/// Describes a score in lines, or in a part of one: "test loss 0.1, test
/// accuracy 0.9".
std::string describeScore(const Score &score);
std::string describeScoreShortly(const Score &score);
/// Writes a line of metrics with the score after so many steps.
std::string writeScoreLine(int64_t steps, const Score &score);

/// Writes all that the program tells of a run as one JSON object with raw
/// numbers; a member is null if nobody asked for it.
std::string writeRunJson(const Manifest &manifest,
                         const std::optional<TrainingFigures> &training,
                         const std::optional<Score> &score);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_REPORT_H
