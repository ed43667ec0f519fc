//===- WaitRecorder.cpp - How long a thread waited ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WaitRecorder.h"

#include <algorithm>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

using namespace layerpipe::runtime;

WaitCause layerpipe::runtime::causeOf(const ChannelDescription &channel,
                                      int64_t processor) {
  if (channel.from == hostProcessor)
    return WaitCause::Data;
  if (channel.to == hostProcessor)
    return WaitCause::Loss;
  return channel.from == processor ? WaitCause::Room : WaitCause::Value;
}

std::string_view layerpipe::runtime::nameOf(WaitCause cause) {
  switch (cause) {
  case WaitCause::Value:
    return "value";
  case WaitCause::Room:
    return "room";
  case WaitCause::Data:
    return "data";
  case WaitCause::Loss:
    break;
  }
  return "loss";
}

/// Returns the nanoseconds for which this thread could have run while its CPU
/// had other work, or −1 if the system doesn't tell. Linux writes three numbers
/// into schedstat: the time on a CPU, the time in a run queue, and time slices.
static int64_t displacedTime() noexcept {
  int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return -1;
  char text[128];
  ssize_t length = read(file, text, sizeof(text) - 1);
  close(file);
  if (length <= 0)
    return -1;
  text[length] = '\0';
  char *end = nullptr;
  std::strtoll(text, &end, 10);
  char *second = end;
  const int64_t time = std::strtoll(second, &end, 10);
  return end == second ? -1 : time;
}

void WaitRecorder::begin() noexcept {
  std::fill(waited.begin(), waited.end(), Clock::duration::zero());
  displacedBefore = displacedTime();
  started = Clock::now();
}

void WaitRecorder::end(int64_t count) noexcept {
  ended = Clock::now();
  displacedAfter = displacedTime();
  periods = count;
  // The last periods, in which some tasks have nothing to do, don't count.
  kept = waited;
}

double WaitRecorder::period() const noexcept {
  if (periods == 0)
    return 0;
  return std::chrono::duration<double>(ended - started).count() /
         double(periods);
}

ThreadWaits WaitRecorder::result() const {
  ThreadWaits waits;
  waits.channels.resize(waited.size());
  if (periods == 0)
    return waits;
  waits.seconds = std::chrono::duration<double>(ended - started).count();
  for (size_t channel = 0; channel < kept.size(); ++channel)
    waits.channels[channel] =
        std::chrono::duration<double>(kept[channel]).count();
  if (displacedBefore >= 0 && displacedAfter >= displacedBefore)
    waits.displaced = double(displacedAfter - displacedBefore) * 1e-9;
  return waits;
}
