//===- Counter.h - A number that another thread waits for -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A counter only grows, and has no lock. A waiting thread spins for a bounded
// time, then sleeps in a futex; the other side makes a system call only when
// somebody sleeps.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_COUNTER_H
#define LAYERPIPE_RUNTIME_COUNTER_H

#include <atomic>
#include <chrono>
#include <cstdint>

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

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_COUNTER_H
