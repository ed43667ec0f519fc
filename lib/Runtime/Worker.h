//===- Worker.h - A thread that goes through its slots ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A worker executes an ordered list of tasks period by period, and tells the
// watchdog what it is doing.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_WORKER_H
#define LAYERPIPE_LIB_RUNTIME_WORKER_H

#include "ExecutionPlan.h"
#include "Snapshots.h"
#include "WaitRecorder.h"

#include <atomic>
#include <chrono>
#include <string>

namespace layerpipe::runtime {

/// This tells the watchdog what a thread is doing. That thread alone writes it.
struct alignas(64) Activity {
  enum State : int { Running, AwaitsValue, AwaitsCapacity, Finished };

  std::atomic<int64_t> progress{0}; ///< It counts completed tasks.
  /// These nanoseconds went into waits for other processors.
  std::atomic<int64_t> waited{0};
  std::atomic<int64_t> task{0};
  std::atomic<int64_t> iteration{0};
  std::atomic<int64_t> channel{0}; ///< The thread waits for this one.
  std::atomic<int> state{Running};
};

/// All threads of a run share this.
struct RunContext {
  static constexpr int64_t undecided = -1;

  ExecutionPlan &plan;
  const RunOptions &options;
  KernelLibrary &kernels;
  std::chrono::nanoseconds spin; ///< Waits between processors spin so long.
  Snapshots &kept, &scored;
  const int64_t first = 0; ///< This is the run's first iteration.
  /// Every thread completes the iterations before this one. It may become less
  /// during the run, for which it is `undecided` for a moment; docs/runtime.md
  /// tells how.
  std::atomic<int64_t> end{0};
  std::atomic<bool> stop{false};
  /// The host's threads share the CPU of this worker; or they may share any
  /// one's, or have CPUs of their own.
  static constexpr int64_t anyWorker = -1, noWorker = -2;
  std::atomic<int64_t> hostPlace{anyWorker};
  /// Says whether a sequential run came to a wait between processors that
  /// nobody would end.
  std::atomic<bool> brokenOrder{false};
};

class Worker {
public:
  /// `order` lists the tasks in execution order of one period; `cpu` says where
  /// to run, if it is not negative.
  Worker(RunContext &context, size_t index, std::vector<int64_t> order,
         int cpu);

  /// Runs the thread's tasks to the end of the run.
  void run() noexcept;

  /// Returns how many iterations the thread has begun.
  int64_t begunIterations() const { return begun.load(); }

  /// Returns the seconds per period in which all its tasks ran, the warm-up
  /// left out, or 0 if there was none. Call it after run().
  double steadyPeriod() const noexcept { return waits.period(); }

  /// Returns how long the thread waited in these periods. Call it after run().
  ThreadWaits steadyWaits() const { return waits.result(); }

  Activity activity;

private:
  using Clock = std::chrono::steady_clock;

  void learnEnd() noexcept;
  void beginPeriod(int64_t period) noexcept;
  bool runPeriod(int64_t period) noexcept;
  bool execute(int64_t task, int64_t iteration) noexcept;
  bool awaitValues(const PlannedTask &planned, int64_t iteration) noexcept;
  bool awaitCapacity(const PlannedTask &planned, int64_t iteration) noexcept;
  bool mayWait(size_t channel, Activity::State state) noexcept;
  bool isWithHost(size_t channel) const noexcept;
  WaitPolicy policyFor(size_t channel) const noexcept;
  void finishWaiting(size_t channel) noexcept;

  RunContext &context;
  size_t index;
  std::vector<int64_t> order;
  int cpu;
  int64_t firstLag = 0, lastLag = 0;
  int64_t end = 0; ///< The thread knows of this end so far.
  std::atomic<int64_t> begun{0};
  WaitRecorder waits;
  /// The current wait began then.
  Clock::time_point waitBegin;
  /// The current task waited longest for this channel, and for so long; −1: it
  /// could begin at once.
  int64_t longestChannel = -1;
  Clock::duration longestWait{};
};

/// Describes what each thread does, in a line each.
std::string describeActivity(const ExecutionPlan &plan,
                             const Activity &activity);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_WORKER_H
