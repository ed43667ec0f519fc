//===- Progress.cpp - Telling how far training is -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Draws the progress bar and prints progress lines, on standard output.
//
//===----------------------------------------------------------------------===//

#include "Progress.h"
#include "layerpipe/Base/StandardStreams.h"

#include <cstdio>
#include <string>

using namespace layerpipe;
using namespace layerpipe::runtime;

Progress::Progress(int64_t steps, int64_t stepsPerEpoch, bool terminal)
    : steps(steps), stepsPerEpoch(stepsPerEpoch), terminal(terminal) {}

void Progress::drawBar(int64_t done, float loss, double samplesPerSecond) {
  constexpr int64_t width = 30;
  constexpr auto interval = std::chrono::milliseconds(100);
  Clock::time_point now = Clock::now();
  if (done < steps && now - lastDraw < interval)
    return;
  lastDraw = now;
  drawn = true;
  int64_t filled = done * width / steps;
  base::print("\r[{}{}] step {}/{}  loss {:.4f}  {:.0f} samples/s\x1b[K",
              std::string(filled, '#'), std::string(width - filled, '.'), done,
              steps, loss, samplesPerSecond);
  std::fflush(stdout);
}

void Progress::printLine(int64_t done, float loss, double samplesPerSecond) {
  if (done * 10 / steps == tenths)
    return;
  tenths = done * 10 / steps;
  base::print("step {}/{}  epoch {}  loss {:.4f}  {:.0f} samples/s\n", done,
              steps, (done - 1) / stepsPerEpoch + 1, loss, samplesPerSecond);
  std::fflush(stdout);
}

void Progress::update(int64_t done, float loss, double samplesPerSecond) {
  if (terminal)
    drawBar(done, loss, samplesPerSecond);
  else
    printLine(done, loss, samplesPerSecond);
}

void Progress::finish() {
  if (drawn)
    base::print("\n");
  drawn = false;
}
