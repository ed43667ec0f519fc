//===- Progress.h - Telling how far training is -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bar that redraws one line on a terminal, a plain line for about every
// tenth of the run elsewhere.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_PROGRESS_H
#define LAYERPIPE_LIB_RUNTIME_PROGRESS_H

#include <chrono>
#include <cstdint>

namespace layerpipe::runtime {

class Progress {
public:
  Progress(int64_t steps, int64_t stepsPerEpoch, bool terminal);

  /// `done` steps are complete, the last one with this loss.
  void update(int64_t done, float loss, double samplesPerSecond);
  /// Leaves the bar's line.
  void finish();

private:
  using Clock = std::chrono::steady_clock;

  void drawBar(int64_t done, float loss, double samplesPerSecond);
  void printLine(int64_t done, float loss, double samplesPerSecond);

  int64_t steps;
  int64_t stepsPerEpoch;
  bool terminal;
  bool drawn = false;
  int64_t tenths = 0; ///< Printed so far.
  Clock::time_point lastDraw;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PROGRESS_H
