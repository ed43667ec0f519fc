//===- StageTrial.cpp - Whether stages keep to a bottleneck ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageTrial.h"

#include <algorithm>
#include <utility>

namespace layerpipe::scheduling {

/// Adds `start` unless another of its group has no more processors and no less
/// load. Of starts with 2 processors and load 5, and 3 processors and load 4,
/// only the first one stays, since it used fewer processors, and its stage has
/// less to do.
void StageTrial::addStart(std::vector<StageStart> &starts,
                          StageStart start) const {
  if (costs.byPlace)
    return addOfPlace(starts, start);
  auto begin = starts.begin();
  while (begin != starts.end() && begin->group < start.group)
    ++begin;
  auto at = begin;
  for (; at != starts.end() && at->group == start.group &&
         at->processors <= start.processors;
       ++at)
    if (at->load >= start.load)
      return;
  // `at` is the first one with more processors.
  auto last = at;
  while (last != starts.end() && last->group == start.group &&
         last->load <= start.load)
    ++last;
  auto offset = begin - starts.begin();
  at = starts.erase(at, last);
  while (at != starts.begin() + offset &&
         (at - 1)->processors == start.processors)
    at = starts.erase(at - 1);
  starts.insert(at, start);
}

/// Adds `start` unless another of its group with as many processors has no less
/// load. One with fewer does not stand for it: the links behind it are others.
void StageTrial::addOfPlace(std::vector<StageStart> &starts,
                            StageStart start) const {
  auto key = [](const StageStart &each) {
    return std::pair(each.group, each.processors);
  };
  auto at =
      std::lower_bound(starts.begin(), starts.end(), start,
                       [&](const StageStart &other, const StageStart &wanted) {
                         return key(other) < key(wanted);
                       });
  if (at == starts.end() || key(*at) != key(start))
    starts.insert(at, start);
  else if (at->load < start.load)
    *at = start;
}

/// Keeps the ending if it has fewer processors than that of its place.
void StageTrial::offer(int64_t cut, const StageEnding &ending) {
  StageEnding &kept = endingAt(cut, ending.processors, ending.group);
  if (ending.processors < kept.processors)
    kept = ending;
}

/// Carries starts on to the cut, and ends stages there. A layer of another
/// group ends none and begins none: no stage has both.
void StageTrial::visit(int64_t cut, int64_t m, int64_t level) {
  std::vector<StageStart> &starts = startsAt(current, level, cut, m);
  starts.clear();
  int64_t load = costs.load(cut, m), limit = loadLimit[m - 1];
  for (const Extension &extension : cuts.extensionsOf(cut)) {
    auto group = static_cast<int32_t>(places.groupOf(extension.layer));
    for (StageStart start : startsAt(previous, level - 1, extension.from, m)) {
      if (load - start.load > limit || (group >= 0 && start.group != group))
        continue;
      start.missing -= group >= 0;
      addStart(starts, start);
    }
  }
  bool isLast = cut == cuts.size() - 1;
  for (const StageStart &start : starts) {
    // Traffic between places is checked where the next stage begins.
    bool passes = isLast || costs.byPlace || start.cut == 0 ||
                  cuts.traffic[cut] <= trafficLimits[m - 1];
    if (start.missing == 0 && passes)
      offer(cut, {start.processors + (start.group < 0 ? m : 0), start.cut, m,
                  start.group, start.groupBefore});
    if (!costs.byPlace && !places.hasPins())
      break; // The first start has the fewest processors.
  }
}

/// Starts stages behind that ending, of processors without pins and of each
/// group that is not there yet.
void StageTrial::startStages(int64_t cut, int64_t level,
                             const StageEnding &before) {
  int64_t used = before.processors;
  for (int64_t m = 1; m <= costs.replicas && used + m <= processors; ++m)
    if (cuts.traffic[cut] <= trafficLimit(before, -1, m))
      addStart(startsAt(current, level, cut, m),
               {used, costs.load(cut, m), cut, -1, 0, before.group});
  for (int32_t group = 0; group < places.countGroups(); ++group)
    if (!groups.hold(cut, group) &&
        cuts.traffic[cut] <= trafficLimit(before, group, 1))
      addStart(startsAt(current, level, cut, 1),
               {used, costs.load(cut, 1), cut, group,
                static_cast<int32_t>(places.sizeOf(group)), before.group});
}

void StageTrial::startStages(int64_t cut, int64_t level) {
  for (int64_t place = 0; place < count; ++place)
    if (const StageEnding &before = endings[cut * count + place];
        before.processors <= processors)
      startStages(cut, level, before);
}

/// Starts the stages that can be the first.
void StageTrial::startFirst() {
  previous.assign(costs.replicas, {});
  for (int64_t m = 1; m <= std::min(costs.replicas, processors); ++m)
    addStart(previous[m - 1], {0, 0, 0});
  for (int32_t group = 0; group < places.countGroups(); ++group)
    addStart(previous[0],
             {0, 0, 0, group, static_cast<int32_t>(places.sizeOf(group))});
}

bool StageTrial::run(Deadline &deadline) {
  int64_t levels = cuts.first.size() - 1;
  startFirst();
  for (int64_t level = 1; level < levels; ++level) {
    current.resize((cuts.first[level + 1] - cuts.first[level]) *
                   costs.replicas);
    for (int64_t cut = cuts.first[level]; cut < cuts.first[level + 1]; ++cut) {
      if (deadline.passed())
        return false;
      for (int64_t m = 1; m <= costs.replicas; ++m)
        visit(cut, m, level);
      startStages(cut, level);
    }
    std::swap(previous, current);
  }
  for (auto ending = endings.end() - count; ending != endings.end(); ++ending)
    if (ending->processors <= processors &&
        (!last || ending->processors < last->processors))
      last = &*ending;
  return last != nullptr;
}

StageEnds StageTrial::stages() {
  StageEnds result;
  const StageEnding *ending = last;
  for (int64_t cut = cuts.size() - 1; cut > 0;) {
    int64_t used = ending->processors;
    result.push_back(
        {cut, ending->replicas, places.processorOf(used, ending->group)});
    cut = ending->from;
    used -= ending->group < 0 ? ending->replicas : 0;
    ending = &endingAt(cut, used, ending->groupBefore);
  }
  return result;
}

} // namespace layerpipe::scheduling
