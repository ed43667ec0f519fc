//===- Snapshots.cpp - Parameters of a whole iteration, in between --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nobody waits for ever, for this reason: a thread that finds no memory waits
// for a snapshot that is more iterations old than any two tasks are apart.
// Threads that still have to write into that snapshot do so in an earlier
// period, and need nothing from this one. With several kinds of snapshots the
// same holds for the thread that waits in the earliest period.
//
//===----------------------------------------------------------------------===//

#include "Snapshots.h"

#include <algorithm>
#include <thread>

using namespace layerpipe::runtime;

/// Returns the greatest difference between the lags of two tasks.
static int64_t lagSpread(const ExecutionPlan &plan) {
  if (plan.tasks.empty())
    return 0;
  auto [least, most] = std::minmax_element(
      plan.tasks.begin(), plan.tasks.end(),
      [](const auto &a, const auto &b) { return a.lag < b.lag; });
  return most->lag - least->lag;
}

Snapshots::Snapshots(const ExecutionPlan &plan, int64_t interval,
                     int64_t iterations, const ParameterValues &initial)
    : plan(plan), interval(interval), iterations(iterations) {
  if (interval <= 0)
    return;
  for (const PlannedTask &task : plan.tasks)
    written += int64_t(task.parameters.size());
  const int64_t count = lagSpread(plan) / interval + 2;
  for (int64_t i = 0; i < count; ++i) {
    Slot &slot = slots.emplace_back();
    slot.values = initial;
    slot.missing.store(written);
  }
}

void Snapshots::record(const PlannedTask &task, int64_t iteration,
                       const std::atomic<bool> &stop) noexcept {
  const int64_t number = (iteration + 1) / interval - 1;
  const auto count = int64_t(slots.size());
  while (number >= handedOver.load() + count) {
    if (stop.load())
      return;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  Slot &slot = slots[number % count];
  for (size_t parameter : task.parameters) {
    const Parameter &description = plan.manifest->parameters[parameter];
    Ring ring = ringOf(plan.manifest->buffers[description.buffer], plan.arena);
    copyToRows(description, ring.slotOf(iteration),
               slot.values[parameter].data());
    slot.missing.fetch_sub(1);
  }
}

void Snapshots::handOver(Host &host, Receiver receiver) {
  while (written > 0) {
    const int64_t number = handedOver.load();
    Slot &slot = slots[number % int64_t(slots.size())];
    if (slot.missing.load() > 0)
      return;
    (host.*receiver)((number + 1) * interval, slot.values);
    slot.missing.store(written);
    handedOver.store(number + 1);
  }
}
