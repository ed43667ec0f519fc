//===- Progress.cpp - Telling how far training is -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file draws the progress bar and prints progress lines.
//
//===----------------------------------------------------------------------===//

#include "Progress.h"

#include "layerpipe/Base/Quantities.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/Terminal.h"

#include <fmt/format.h>

#include <algorithm>

using namespace layerpipe;
using namespace layerpipe::runtime;

ProgressStyle layerpipe::runtime::chooseProgressStyle(bool json) {
  ProgressStyle style;
  style.file = json ? stderr : stdout;
  if (base::isCapableTerminal(style.file)) {
    style.kind = ProgressStyle::Kind::bar;
    style.columns = base::terminalColumns(style.file);
  } else if (json) {
    style.kind = ProgressStyle::Kind::none;
  }
  return style;
}

Progress::Progress(int64_t first, int64_t steps, int64_t stepsPerEpoch,
                   ProgressStyle style)
    : first(first), steps(steps), stepsPerEpoch(stepsPerEpoch), style(style),
      tenths(first * 10 / std::max<int64_t>(steps, 1)) {}

/// Says how much time is left if the remaining steps are as fast as those
/// before, or in the end what the whole run took.
std::string Progress::describeTime(int64_t done) const {
  double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (done >= steps)
    return base::durationText(seconds);
  double left = seconds / double(done - first) * double(steps - done);
  return base::durationText(left) + " left";
}

/// Shows the text at once. A stream that can't be written is no reason to stop
/// training, since the program tells of standard output's failure at its end.
void Progress::put(const std::string &text) const {
  if (style.file != stdout)
    return base::complainText(text);
  base::printText(text);
  std::fflush(stdout);
}

void Progress::drawBar(int64_t done, float loss, double samplesPerSecond) {
  constexpr auto interval = std::chrono::milliseconds(100);
  Clock::time_point now = Clock::now();
  if (done < steps && now - lastDraw < interval)
    return;
  lastDraw = now;
  drawn = true;
  std::string text =
      fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  {:.0f} samples/s  {}",
                  epochOf(done), epochOf(steps), done, steps, loss,
                  samplesPerSecond, describeTime(done));
  // The last column stays free, since some terminals go to the next line there.
  int64_t room = std::max(style.columns - 1, 1);
  int64_t width = std::min<int64_t>(room - int64_t(text.size()) - 3, 30);
  if (width >= 5) {
    int64_t filled = done * width / steps;
    text = fmt::format("[{}{}] {}", std::string(filled, '#'),
                       std::string(width - filled, '.'), text);
  }
  put("\r" + text.substr(0, room) + "\x1b[K");
}

void Progress::printLine(int64_t done, float loss, double samplesPerSecond) {
  int64_t tenth = done * 10 / steps;
  if (tenth == tenths)
    return;
  tenths = tenth;
  put(fmt::format("step {}/{}  epoch {}  loss {:.4f}  {:.0f} samples/s\n", done,
                  steps, epochOf(done), loss, samplesPerSecond));
}

void Progress::update(int64_t done, float loss, double samplesPerSecond) {
  if (style.kind == ProgressStyle::Kind::bar)
    drawBar(done, loss, samplesPerSecond);
  if (style.kind == ProgressStyle::Kind::lines)
    printLine(done, loss, samplesPerSecond);
}

void Progress::tell(const std::string &line) {
  if (style.kind == ProgressStyle::Kind::none)
    return;
  put((drawn ? "\r\x1b[K" : "") + line + "\n");
  drawn = false;
  lastDraw = {}; // The next update draws the bar again.
}

void Progress::finish() {
  if (drawn)
    put("\n");
  drawn = false;
}
