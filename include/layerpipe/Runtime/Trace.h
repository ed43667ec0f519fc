//===- Trace.h - Recording when each task really ran ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each worker writes its events into a block of its own that was allocated
// before the run. When the block is full, later events are counted and dropped.
// The events are written in the Chrome trace format, which Perfetto opens, too.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_TRACE_H
#define LAYERPIPE_RUNTIME_TRACE_H

#include "layerpipe/Runtime/Manifest.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::runtime {

class TraceRecorder {
public:
  using Clock = std::chrono::steady_clock;

  /// One worker can keep so many events, which take 14 MiB.
  static constexpr size_t capacity = size_t(1) << 18;

  /// Makes blocks for `workers` threads that run `events` events in all.
  void prepare(size_t workers, size_t events);

  /// These are the times of a task in one iteration. Its thread comes to it and
  /// waits for values and for room where it must (otherwise `begin` is
  /// `ready`). It computes from `begin` to `end`, and at `free` it has
  /// published its results, released its operands and can go on.
  struct Times {
    Clock::time_point ready, begin, end, free;
    /// It waited longest for this channel of the manifest; −1: it didn't wait.
    int64_t awaited = -1;
  };

  void record(size_t worker, int64_t task, int64_t iteration,
              const Times &times) noexcept {
    Block &block = blocks[worker];
    if (block.events.size() < block.events.capacity())
      block.events.push_back({task, iteration, times});
    else
      ++block.dropped;
  }

  int64_t droppedEvents() const;

  /// Writes the events in the format of Base/TraceEvents.h, from the first one
  /// on: a slice per task and per wait, and an arrow for each two firings of
  /// which the second reads what the first made.
  std::string toJson(const Manifest &manifest) const;

  /// Returns for each task of the manifest how long it kept its thread, in each
  /// recorded iteration from `first` on. That includes what a release costs: it
  /// may wake the loader, which then borrows the thread's CPU.
  std::vector<std::vector<Clock::duration>> durations(const Manifest &manifest,
                                                      int64_t first) const;

private:
  struct Event {
    int64_t task;
    int64_t iteration;
    Times times;
  };
  struct alignas(64) Block {
    std::vector<Event> events;
    int64_t dropped = 0;
  };

  /// Returns when the first thread came to its first task.
  Clock::time_point origin() const;

  std::vector<Block> blocks;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_TRACE_H
