//===- Snapshots.h - Parameters of a whole iteration, in between *- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// At no moment of a pipelined run are all parameters those of one iteration.
// The thread that has written a parameter's value W(k) therefore copies it
// before it goes on; once every thread has done so, the host gets the set.
// Nobody waits, except for a host that is slower than the processors.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_SNAPSHOTS_H
#define LAYERPIPE_LIB_RUNTIME_SNAPSHOTS_H

#include "ExecutionPlan.h"

#include "layerpipe/Runtime/Executor.h"

#include <atomic>
#include <deque>

namespace layerpipe::runtime {

class Snapshots {
public:
  /// Allocates all memory for snapshots after each multiple of `interval`
  /// iterations, except the last; 0 means that there are none. Parameters that
  /// no task writes keep `initial`.
  Snapshots(const ExecutionPlan &plan, int64_t interval, int64_t iterations,
            const ParameterValues &initial);

  /// Copies the values that the task has just written, on the thread that wrote
  /// them, if they belong to a snapshot. Waits for the host while all memory is
  /// in use, unless the run stops.
  void recordIfDue(const PlannedTask &task, int64_t iteration,
                   const std::atomic<bool> &stop) noexcept {
    if (isDue(task, iteration))
      record(task, iteration, stop);
  }
  /// This is the function of a host that takes snapshots.
  using Receiver = void (Host::*)(int64_t, const ParameterValues &);
  /// Gives the host the snapshots that are complete.
  void handOver(Host &host, Receiver receiver);

private:
  /// Returns whether the values that the task has just written belong to a
  /// snapshot.
  bool isDue(const PlannedTask &task, int64_t iteration) const noexcept {
    return interval > 0 && !task.parameters.empty() &&
           (iteration + 1) % interval == 0 && iteration + 1 < iterations;
  }
  void record(const PlannedTask &task, int64_t iteration,
              const std::atomic<bool> &stop) noexcept;

  struct Slot {
    ParameterValues values;
    std::atomic<int64_t> missing; ///< Counts parameters.
  };

  const ExecutionPlan &plan;
  const int64_t interval, iterations;
  int64_t written = 0; ///< Counts parameters that a task writes.
  std::deque<Slot> slots;
  std::atomic<int64_t> handedOver{0}; ///< Counts snapshots.
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_SNAPSHOTS_H
