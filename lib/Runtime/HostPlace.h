//===- HostPlace.h - Whose CPU the host's threads may take ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loader and the thread that started the run need a CPU now and then. If
// each CPU has a processor's thread, they take it from one of those, which had
// better be one that waits for the others anyway. Which one that is, a
// schedule from estimated times does not know; so it is measured, again and
// again.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_HOSTPLACE_H
#define LAYERPIPE_LIB_RUNTIME_HOSTPLACE_H

#include "Worker.h"

#include <chrono>
#include <memory>
#include <vector>

#include <pthread.h>

namespace layerpipe::runtime {

/// Returns the processor whose tasks take the least time in the schedule, the
/// first of equals.
size_t leastBusy(const Manifest &manifest);

/// Returns where the host should be that is at processor `current`: at the
/// processor that waits for the greatest share of the time, unless that is
/// little more than what the current one waits.
size_t betterPlace(size_t current, const std::vector<double> &waitingShares);

/// Binds the calling thread and the loader to CPUs, as long as it lives. It
/// does nothing where the processors' threads have no CPUs of their own.
class HostPlace {
public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  HostPlace(RunContext &context, const Workers &workers);
  ~HostPlace();
  HostPlace(const HostPlace &) = delete;
  HostPlace &operator=(const HostPlace &) = delete;

  /// Binds the loader's thread, too.
  void take(pthread_t loader);

  /// Looks how long the processors waited since it last did something, and
  /// moves the host's threads if others wait more. `completed` counts
  /// iterations.
  void reconsider(int64_t completed);

private:
  using Clock = std::chrono::steady_clock;

  void moveTo(size_t processor);
  void bindThreads();

  RunContext &context;
  const Workers &workers;
  std::vector<pthread_t> threads;
  std::vector<int> before; ///< The calling thread could run on these CPUs.
  std::vector<int> cpus;   ///< The host's threads run on these.
  bool isFree = false;     ///< No processor's thread has one of these CPUs.
  size_t place = 0;        ///< Otherwise they are those of this processor.
  Clock::time_point lastTime = Clock::now();
  int64_t lastCompleted = 0;
  std::vector<int64_t> lastWaited; ///< Nanoseconds of each processor.
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_HOSTPLACE_H
