//===- Counter.cpp - A number that another thread waits for ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No wake-up is lost, for this reason: the waiter announces itself in
// `sleeping` and then looks at `value`; the writer changes `value` and then
// looks at `sleeping`. All four accesses are sequentially consistent, so at
// least one of the two sees the other. The futex itself refuses to sleep once
// `sleeping` is 0.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Counter.h"

#include <algorithm>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace layerpipe::runtime;
using Clock = std::chrono::steady_clock;

/// A sleeper looks for a stop this often.
static constexpr std::chrono::nanoseconds longestSleep =
    std::chrono::milliseconds(20);

static void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

static void futexWait(std::atomic<uint32_t> &word, uint32_t expected,
                      std::chrono::nanoseconds timeout) {
  static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t));
  timespec relative{time_t(timeout.count() / 1000000000),
                    long(timeout.count() % 1000000000)};
  syscall(SYS_futex, reinterpret_cast<uint32_t *>(&word), FUTEX_WAIT_PRIVATE,
          expected, &relative, nullptr, 0);
}

static void futexWake(std::atomic<uint32_t> &word) {
  syscall(SYS_futex, reinterpret_cast<uint32_t *>(&word), FUTEX_WAKE_PRIVATE, 1,
          nullptr, nullptr, 0);
}

void Counter::reset(int64_t initial) {
  value.store(initial, std::memory_order_seq_cst);
  sleeping.store(0, std::memory_order_seq_cst);
}

void Counter::set(int64_t next) noexcept {
  value.store(next, std::memory_order_seq_cst);
  if (sleeping.load(std::memory_order_seq_cst) != 0 &&
      awaited.load(std::memory_order_seq_cst) <= next &&
      sleeping.exchange(0, std::memory_order_seq_cst) != 0)
    futexWake(sleeping);
}

bool Counter::spinFor(int64_t target, const WaitPolicy &policy) const noexcept {
  // A look at the clock costs about one pause.
  constexpr int pausesPerLook = 32;
  const Clock::time_point end = Clock::now() + policy.spin;
  do {
    for (int i = 0; i < pausesPerLook; ++i) {
      if (load() >= target)
        return true;
      relax();
    }
  } while (Clock::now() < end && !policy.stop->load());
  return load() >= target;
}

WaitResult Counter::waitFor(int64_t target, const WaitPolicy &policy) noexcept {
  return waitFor(target, policy, std::chrono::nanoseconds::max());
}

WaitResult Counter::waitFor(int64_t target, const WaitPolicy &policy,
                            std::chrono::nanoseconds timeout) noexcept {
  if (load() >= target || spinFor(target, policy))
    return WaitResult::Reached;
  while (!policy.stop->load()) {
    awaited.store(target, std::memory_order_seq_cst);
    sleeping.store(1, std::memory_order_seq_cst);
    if (value.load(std::memory_order_seq_cst) >= target) {
      sleeping.store(0, std::memory_order_seq_cst);
      return WaitResult::Reached;
    }
    if (timeout.count() <= 0)
      return WaitResult::TimedOut;
    std::chrono::nanoseconds sleep = std::min(timeout, longestSleep);
    futexWait(sleeping, 1, sleep);
    if (timeout != std::chrono::nanoseconds::max())
      // Early wake-ups count in full, since this is a bound and not a clock.
      timeout -= sleep;
    if (load() >= target)
      return WaitResult::Reached;
  }
  return WaitResult::Stopped;
}
