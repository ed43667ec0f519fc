//===- Progress.h - Telling how far training is -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Progress is a bar that redraws one line on a terminal; elsewhere it is a
// plain line for about every tenth of the run.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_PROGRESS_H
#define LAYERPIPE_LIB_RUNTIME_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace layerpipe::runtime {

/// A style says where progress is told, and how.
struct ProgressStyle {
  enum class Kind { none, lines, bar };
  Kind kind = Kind::lines;
  std::FILE *file = stdout;
  /// The terminal has so many columns; a bar never takes more than one line.
  int columns = 80;
};

/// Chooses where to tell progress. Beside a summary for people it goes to
/// standard output, as a bar if that is a terminal that can go back in its
/// line, else as lines. Beside a summary in JSON for a script it is a bar on
/// standard error, if that is a terminal.
ProgressStyle chooseProgressStyle(bool json);

class Progress {
public:
  /// A run goes on behind `first` of all `steps`. The numbers of steps in all
  /// and of an epoch must be at least 1.
  Progress(int64_t first, int64_t steps, int64_t stepsPerEpoch,
           ProgressStyle style);

  /// Says that `done` steps are complete, the last one with this loss.
  void update(int64_t done, float loss, double samplesPerSecond);
  /// Prints a line that stays, above the bar where there is one.
  void tell(const std::string &line);
  /// Leaves the bar's line.
  void finish();

private:
  using Clock = std::chrono::steady_clock;

  int64_t epochOf(int64_t done) const { return (done - 1) / stepsPerEpoch + 1; }
  std::string describeTime(int64_t done) const;
  void put(const std::string &text) const;
  void drawBar(int64_t done, float loss, double samplesPerSecond);
  void printLine(int64_t done, float loss, double samplesPerSecond);

  int64_t first;
  int64_t steps;
  int64_t stepsPerEpoch;
  ProgressStyle style;
  bool drawn = false;
  int64_t tenths; ///< Counts those printed so far.
  Clock::time_point begin = Clock::now();
  Clock::time_point lastDraw;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PROGRESS_H
