//===- Snapshots.cpp - States of a whole iteration, in between ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Snapshots.h"

#include <algorithm>
#include <cstring>
#include <thread>

using namespace layerpipe::runtime;

/// Returns how many iterations a thread may be ahead of another one.
static int64_t lagSpread(const ExecutionPlan &plan) {
  if (plan.tasks.empty())
    return 0;
  auto [least, most] = std::minmax_element(
      plan.tasks.begin(), plan.tasks.end(),
      [](const auto &a, const auto &b) { return a.lag < b.lag; });
  return most->lag - least->lag;
}

/// Returns what snapshots have of the time before the run.
static RunState stateBefore(const ExecutionPlan &plan, int64_t first,
                            const SnapshotWish &wish) {
  if (wish.interval <= 0)
    return {};
  return wish.states ? readState(plan, first)
                     : RunState{first, readParameters(plan, first), {}};
}

Snapshots::Snapshots(const ExecutionPlan &plan, int64_t first,
                     int64_t iterations, SnapshotWish wish)
    : plan(plan), first(first), iterations(iterations), wish(wish),
      initial(stateBefore(plan, first, wish)) {
  if (wish.interval <= 0)
    return;
  for (const PlannedTask &task : plan.tasks)
    written += int64_t(task.parameters.size());
  int64_t oldest = 1;
  for (const StateValue &value : plan.stateValues)
    oldest = std::max(oldest, value.age);
  const int64_t next = first / wish.interval;
  const int64_t count = (lagSpread(plan) + oldest) / wish.interval + 2;
  slots.resize(count);
  for (int64_t number = next; number < next + count; ++number)
    prepare(number);
  handedOver.store(next);
}

/// Lets the slot of a snapshot wait for the values that tasks will write.
/// Others are older than the run.
void Snapshots::prepare(int64_t number) {
  Slot &slot = slots[number % int64_t(slots.size())];
  const int64_t completed = (number + 1) * wish.interval;
  slot.state.completed = completed;
  if (slot.state.parameters.empty())
    slot.state.parameters = initial.parameters;
  int64_t missing = written;
  if (wish.states) {
    if (slot.state.values.empty())
      slot.state.values = initial.values;
    for (size_t s = 0; s < plan.stateValues.size(); ++s) {
      const auto &[buffer, age] = plan.stateValues[s];
      // The ages of a buffer follow each other.
      if (completed - age < first)
        slot.state.values[s] = initial.values[s - (completed - first)];
      else
        ++missing;
    }
  }
  slot.missing.store(missing);
}

int64_t Snapshots::numberOf(int64_t iteration, int64_t age) const noexcept {
  const int64_t completed = iteration + age;
  return completed % wish.interval == 0 && completed < iterations
             ? completed / wish.interval - 1
             : -1;
}

/// Returns the snapshot's slot once it is free, or null if the run stops.
Snapshots::Slot *Snapshots::await(int64_t number,
                                  const std::atomic<bool> &stop) noexcept {
  const auto count = int64_t(slots.size());
  while (number >= handedOver.load() + count) {
    if (stop.load())
      return nullptr;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return &slots[number % count];
}

void Snapshots::record(const PlannedTask &task, int64_t iteration,
                       const std::atomic<bool> &stop) noexcept {
  const Manifest &manifest = *plan.manifest;
  auto copied = [&](int64_t number, auto copy) {
    Slot *slot = number < 0 ? nullptr : await(number, stop);
    if (!slot)
      return;
    copy(slot->state);
    slot->missing.fetch_sub(1);
  };
  for (size_t parameter : task.parameters)
    copied(numberOf(iteration, 1), [&](RunState &state) {
      const Parameter &description = manifest.parameters[parameter];
      Ring ring = ringOf(manifest.buffers[description.buffer], plan.arena);
      copyToRows(description, ring.slotOf(iteration),
                 state.parameters[parameter].data());
    });
  if (!wish.states)
    return;
  for (size_t index : task.states) {
    const auto &[buffer, age] = plan.stateValues[index];
    copied(numberOf(iteration, age), [&](RunState &state) {
      std::vector<float> &values = state.values[index];
      Ring ring = ringOf(manifest.buffers[buffer], plan.arena);
      std::memcpy(values.data(), ring.slotOf(iteration),
                  values.size() * sizeof(float));
    });
  }
}

void Snapshots::handOver(const Receiver &receiver) {
  while (written > 0) {
    const int64_t number = handedOver.load();
    Slot &slot = slots[number % int64_t(slots.size())];
    if (slot.missing.load() > 0)
      return;
    receiver(slot.state);
    prepare(number + int64_t(slots.size()));
    handedOver.store(number + 1);
  }
}
