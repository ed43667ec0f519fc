//===- Trace.h - Recording when each task really ran ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each worker writes its events into a block of its own that was allocated
// before the run; when it is full, later events are counted and dropped. The
// events are written in the Chrome trace format, which Perfetto opens too.
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

  /// Events that one worker can keep: 8 MiB.
  static constexpr size_t capacity = size_t(1) << 18;

  /// Makes blocks for `workers` threads that run `events` events in all.
  void prepare(size_t workers, size_t events);

  /// The task computed from `begin` to `end`; at `free` its results were
  /// published, its operands released, and its thread could go on.
  void record(size_t worker, int64_t task, int64_t iteration,
              Clock::time_point begin, Clock::time_point end,
              Clock::time_point free) noexcept {
    Block &block = blocks[worker];
    if (block.events.size() < block.events.capacity())
      block.events.push_back({task, iteration, begin, end, free});
    else
      ++block.dropped;
  }

  int64_t droppedEvents() const;

  /// One thread per processor, an X event per task, times in microseconds.
  std::string toJson(const Manifest &manifest) const;

  /// Per task of the manifest: how long it kept its thread, for each recorded
  /// iteration from `first` on. That includes what a release costs: it may wake
  /// the loader, which then borrows the thread's CPU.
  std::vector<std::vector<Clock::duration>> durations(const Manifest &manifest,
                                                      int64_t first) const;

private:
  struct Event {
    int64_t task;
    int64_t iteration;
    Clock::time_point begin, end, free;
  };
  struct alignas(64) Block {
    std::vector<Event> events;
    int64_t dropped = 0;
  };

  Clock::time_point origin;
  std::vector<Block> blocks;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_TRACE_H
