//===- Channel.h - Single-producer single-consumer hand-over ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A channel tells one processor that another's value is there, and tells the
// other that its place is free again. It has two counters that only grow, and
// no lock. A waiting thread spins for a bounded time, then sleeps in a futex;
// the other side makes a system call only when somebody sleeps.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_CHANNEL_H
#define LAYERPIPE_RUNTIME_CHANNEL_H

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace layerpipe::runtime {

/// A policy says how a thread waits.
struct WaitPolicy {
  /// The thread spins for so long before it sleeps. The time is long where each
  /// thread has a core of its own.
  std::chrono::nanoseconds spin;
  /// Every wait ends when this becomes true.
  const std::atomic<bool> *stop;
};

enum class WaitResult { Reached, Stopped, TimedOut };

/// This is a growing number with one writing and at most one waiting thread. A
/// reader that saw the number also sees what the writer did before set(). A
/// sleeper is woken once, by the set() that reaches what it waits for, because
/// each wake-up costs the writer a system call of some microseconds.
class alignas(64) Counter {
public:
  /// Sets the number before threads share it.
  void reset(int64_t initial);
  int64_t load() const { return value.load(std::memory_order_acquire); }
  void set(int64_t next) noexcept;
  WaitResult waitFor(int64_t target, const WaitPolicy &policy) noexcept;
  WaitResult waitFor(int64_t target, const WaitPolicy &policy,
                     std::chrono::nanoseconds timeout) noexcept;

private:
  bool spinFor(int64_t target, const WaitPolicy &policy) const noexcept;

  std::atomic<int64_t> value{0};
  /// The waiting thread waits for this number while `sleeping` is 1.
  std::atomic<int64_t> awaited{0};
  /// This is 1 while the waiting thread sleeps or is about to.
  std::atomic<uint32_t> sleeping{0};
};

/// This is the state of one channel during a run; docs/runtime.md defines the
/// counters. The producer calls waitForCapacity and publish, and the consumer
/// calls waitForValue and release. With a capacity of 2, for instance, the
/// producer of value 2 waits until the consumer has released value 0.
class Channel {
public:
  /// `distances` are those of the consumer's readers, which release() names by
  /// index.
  Channel(int64_t capacity, bool unchecked, std::vector<int64_t> distances);

  /// Makes the channel ready for a run, while no thread uses it.
  void reset();

  bool hasValue(int64_t iteration) const {
    return published.load() > iteration;
  }
  bool hasCapacity(int64_t iteration) const {
    return unchecked || iteration - released.load() < capacity;
  }
  WaitResult waitForValue(int64_t iteration, const WaitPolicy &policy) noexcept;
  WaitResult waitForValue(int64_t iteration, const WaitPolicy &policy,
                          std::chrono::nanoseconds timeout) noexcept;
  WaitResult waitForCapacity(int64_t iteration,
                             const WaitPolicy &policy) noexcept;
  void publish(int64_t iteration) noexcept;
  /// Says that reader `reader` has completed its iteration `iteration`.
  void release(size_t reader, int64_t iteration) noexcept;
  /// Says that the reader has completed its last iteration before `end`, the
  /// end of the run. Nothing then waits for reads that will not come.
  void releaseAll(size_t reader, int64_t end) noexcept;

  int64_t publishedCount() const { return published.load(); }
  int64_t releasedCount() const { return released.load(); }

private:
  void advance(size_t reader, int64_t to) noexcept;

  const int64_t capacity;
  const bool unchecked;
  const std::vector<int64_t> distances;
  Counter published; ///< The producer writes this.
  Counter released;  ///< The consumer writes this.
  /// The consumer counts each reader's progress here.
  std::vector<int64_t> progress;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_CHANNEL_H
