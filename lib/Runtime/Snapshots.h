//===- Snapshots.h - States of a whole iteration, in between ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// While a pipelined run goes on, its values never are all of one iteration, and
// the memory in which a value lies is soon written again. So the thread that
// writes a value of a state that the host wants copies it at once; the host
// takes the copies when all of that state are there.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_SNAPSHOTS_H
#define LAYERPIPE_LIB_RUNTIME_SNAPSHOTS_H

#include "ExecutionPlan.h"

#include "layerpipe/Runtime/Executor.h"

#include <atomic>
#include <deque>
#include <functional>

namespace layerpipe::runtime {

/// The host wants snapshots after each multiple of `interval` iterations,
/// except the last; 0 means none. They are whole states, or only parameters.
struct SnapshotWish {
  int64_t interval = 0;
  bool states = false;
};

class Snapshots {
public:
  /// Allocates all memory for the snapshots of a run of the iterations from
  /// `first` to `iterations` − 1. The plan's rings hold the state at its
  /// beginning, in which values stay that no task writes.
  Snapshots(const ExecutionPlan &plan, int64_t first, int64_t iterations,
            SnapshotWish wish);

  /// Copies the values that the task has just written, on the thread that wrote
  /// them, if they belong to a snapshot. Waits for the host while all memory is
  /// in use, unless the run stops.
  void recordIfDue(const PlannedTask &task, int64_t iteration,
                   const std::atomic<bool> &stop) noexcept {
    if (wish.interval > 0)
      record(task, iteration, stop);
  }

  using Receiver = std::function<void(const RunState &)>;
  /// Gives the receiver the snapshots that are complete.
  void handOver(const Receiver &receiver);

private:
  struct Slot {
    RunState state;
    std::atomic<int64_t> missing; ///< Counts values.
  };

  /// Returns the number of the snapshot that has what is written in `iteration`
  /// as its value of that age, or −1 if there is none.
  int64_t numberOf(int64_t iteration, int64_t age) const noexcept;
  Slot *await(int64_t number, const std::atomic<bool> &stop) noexcept;
  void record(const PlannedTask &task, int64_t iteration,
              const std::atomic<bool> &stop) noexcept;
  void prepare(int64_t number);

  const ExecutionPlan &plan;
  const int64_t first, iterations;
  const SnapshotWish wish;
  const RunState initial;
  int64_t written = 0; ///< Counts parameters that a task writes.
  std::deque<Slot> slots;
  std::atomic<int64_t> handedOver{0}; ///< Numbers the next snapshot.
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_SNAPSHOTS_H
