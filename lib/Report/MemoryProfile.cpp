//===- MemoryProfile.cpp - Bytes held over one period ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A value that lives for D is held ⌊D / period⌋ times all the time, and once
// more for D mod period from its producer's start. With a period of 4, a value
// that is made at 3 and lives for 5 is held once all the time, and twice from 3
// to 4.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/MemoryProfile.h"

#include "Text.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace layerpipe::report {

using namespace scheduling;

namespace {

Wide spanOf(const StaticSchedule &schedule, const ScheduleEdge &edge) {
  if (edge.from == edge.to)
    return Wide(edge.distance) * schedule.period;
  const ScheduleTask &from = schedule.tasks[edge.from];
  const ScheduleTask &to = schedule.tasks[edge.to];
  Wide periods = Wide(edge.distance) + to.lag - from.lag;
  return periods * schedule.period + to.start + to.duration - from.start;
}

/// These changes of a processor's bytes, by time, come on top of what is always
/// there.
struct Changes {
  Wide always = 0;
  std::map<int64_t, Wide> at;
};

void addValue(const StaticSchedule &schedule, const HeldValue &value,
              Changes &changes) {
  int64_t period = schedule.period;
  Wide span = std::max<Wide>(value.span, 0);
  int64_t rest = static_cast<int64_t>(span % period);
  int64_t start = schedule.tasks[value.producer].start;
  changes.always += span / period * value.bytes;
  if (rest == 0)
    return;
  changes.at[start] += value.bytes;
  changes.at[(start + rest) % period] -= value.bytes;
  // The value lives on into the next period, whose start finds it there.
  if (start + rest >= period)
    changes.always += value.bytes;
}

MemoryProfile integrate(const Changes &changes, int64_t period) {
  MemoryProfile profile;
  Wide bytes = changes.always;
  auto next = changes.at.begin();
  if (next != changes.at.end() && next->first == 0)
    bytes += (next++)->second;
  profile.steps.push_back({0, saturate(bytes)});
  for (; next != changes.at.end(); ++next) {
    bytes += next->second;
    if (saturate(bytes) != profile.steps.back().bytes)
      profile.steps.push_back({next->first, saturate(bytes)});
  }
  for (const MemoryStep &step : profile.steps)
    profile.peak = std::max(profile.peak, step.bytes);
  return profile;
}

} // namespace

int64_t HeldValue::stashBytes() const {
  return saturate(Wide(std::max<int64_t>(copies - 1, 0)) * bytes);
}

std::vector<HeldValue> heldValues(const StaticSchedule &schedule) {
  using Key = std::tuple<int64_t, int64_t, std::string_view>;
  std::map<Key, HeldValue> held;
  for (const ScheduleEdge &edge : schedule.edges) {
    int64_t processor = schedule.tasks[edge.to].processor;
    if (processor < 0)
      continue;
    auto [found, isNew] =
        held.try_emplace(Key(processor, edge.from, edge.value));
    HeldValue &value = found->second;
    if (isNew)
      value = {processor, edge.from, edge.value, edge.kind};
    value.bytes = std::max(value.bytes, edge.bytes);
    value.copies = std::max(value.copies, edge.channelCapacity);
    value.span = std::max(value.span, spanOf(schedule, edge));
  }
  std::vector<HeldValue> values;
  for (auto &[key, value] : held)
    values.push_back(std::move(value));
  return values;
}

std::vector<MemoryProfile>
memoryOverTime(const StaticSchedule &schedule,
               const std::vector<HeldValue> &values) {
  std::vector<Changes> changes(schedule.processors.size());
  for (const HeldValue &value : values)
    addValue(schedule, value, changes[value.processor]);
  std::vector<MemoryProfile> profiles;
  for (const Changes &one : changes)
    profiles.push_back(integrate(one, schedule.period));
  return profiles;
}

std::vector<MemoryProfile> memoryOverTime(const StaticSchedule &schedule) {
  return memoryOverTime(schedule, heldValues(schedule));
}

std::vector<MemoryStep> thinOut(const MemoryProfile &profile, int64_t period,
                                int64_t count) {
  if (static_cast<int64_t>(profile.steps.size()) <= count)
    return profile.steps;
  std::vector<MemoryStep> steps;
  size_t next = 0;
  int64_t before = 0;
  for (int64_t slot = 0; slot < count; ++slot) {
    int64_t begin = static_cast<int64_t>(Wide(period) * slot / count);
    int64_t end = static_cast<int64_t>(Wide(period) * (slot + 1) / count);
    // The bytes held at the slot's begin count unless they change just there.
    bool startsHere =
        next < profile.steps.size() && profile.steps[next].time == begin;
    int64_t most = startsHere ? 0 : before;
    for (; next < profile.steps.size() && profile.steps[next].time < end;
         ++next) {
      before = profile.steps[next].bytes;
      most = std::max(most, before);
    }
    if (begin < end)
      steps.push_back({begin, most});
  }
  return steps;
}

} // namespace layerpipe::report
