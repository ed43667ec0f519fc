//===- WaitRecorder.h - How long a thread waited ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A recorder adds up the waits of one thread by channel. It is always on: a
// look at the clock costs 25 ns, at either end of a wait, and nothing where a
// thread needn't wait.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_WAITRECORDER_H
#define LAYERPIPE_LIB_RUNTIME_WAITRECORDER_H

#include "layerpipe/Runtime/Waiting.h"

#include <chrono>

namespace layerpipe::runtime {

class WaitRecorder {
public:
  using Clock = std::chrono::steady_clock;

  explicit WaitRecorder(size_t channels) : waited(channels), kept(channels) {}

  /// Forgets what was recorded: the steady part begins. The thread itself calls
  /// this.
  void begin() noexcept;
  void add(size_t channel, Clock::duration time) noexcept {
    waited[channel] += time;
  }
  /// Keeps what was recorded: the steady part has ended after `periods`
  /// periods.
  void end(int64_t periods) noexcept;

  /// Returns the seconds of a period in the steady part, or 0 if it had none.
  double period() const noexcept;
  /// Returns the waits of the steady part.
  ThreadWaits result() const;

private:
  std::vector<Clock::duration> waited, kept;
  Clock::time_point started, ended;
  int64_t periods = 0;
  /// The nanoseconds that the system says, or −1.
  int64_t displacedBefore = -1, displacedAfter = -1;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_WAITRECORDER_H
