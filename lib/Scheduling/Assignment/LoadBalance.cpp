//===- LoadBalance.cpp - Independent items on equal processors ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has longest task first, and a descent by moves and exchanges with
// seeded disturbances.
//
//===----------------------------------------------------------------------===//

#include "LoadBalance.h"

#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// This is a placement with its loads, and one descent from it.
class Descent {
public:
  Descent(const std::vector<int64_t> &times, int64_t processors,
          std::vector<int64_t> start)
      : times(times), place(std::move(start)), loads(processors, 0),
        items(processors) {
    for (size_t item = 0; item < times.size(); ++item) {
      loads[place[item]] += times[item];
      items[place[item]].push_back({times[item], item});
    }
    for (auto &list : items)
      std::sort(list.begin(), list.end());
  }

  /// Lowers the largest load until `lowerBound`, a local minimum, or the end of
  /// the effort, which is counted in items looked at.
  void run(int64_t lowerBound, int64_t &effort) {
    while (effort > 0) {
      int64_t busiest =
          std::max_element(loads.begin(), loads.end()) - loads.begin();
      if (loads[busiest] <= lowerBound || !improve(busiest, effort))
        return;
    }
  }
  int64_t maxLoad() const {
    return *std::max_element(loads.begin(), loads.end());
  }
  const std::vector<int64_t> &placement() const { return place; }

private:
  using Sized = std::pair<int64_t, size_t>; // An entry has a time and an item.
  static constexpr size_t none = ~size_t(0);

  struct Step {
    int64_t load = 0; // This is the greater of the two loads afterwards.
    int64_t to = -1;
    size_t give = none;
    size_t take = none;
  };

  bool improve(int64_t from, int64_t &effort);
  void lookAt(int64_t from, int64_t to, Step &best) const;
  void consider(int64_t from, int64_t to, Sized give, Sized take,
                Step &best) const;
  void relocate(size_t item, int64_t to);

  const std::vector<int64_t> &times;
  std::vector<int64_t> place;
  std::vector<int64_t> loads;
  std::vector<std::vector<Sized>> items; // They ascend.
};

void Descent::consider(int64_t from, int64_t to, Sized give, Sized take,
                       Step &best) const {
  int64_t difference = give.first - take.first;
  int64_t load = std::max(loads[from] - difference, loads[to] + difference);
  if (difference > 0 && load < best.load)
    best = {load, to, give.second, take.second};
}

/// Looks for the best item to give, alone or against one item of `to`, the one
/// whose difference in time is nearest to half the difference in load. Between
/// loads of 12 and 8, an item of 5 goes best against one of 3.
void Descent::lookAt(int64_t from, int64_t to, Step &best) const {
  int64_t half = (loads[from] - loads[to]) / 2;
  for (const Sized &give : items[from]) {
    consider(from, to, give, {0, none}, best);
    auto near = std::lower_bound(items[to].begin(), items[to].end(),
                                 Sized{give.first - half, 0});
    if (near != items[to].end())
      consider(from, to, give, *near, best);
    if (near != items[to].begin())
      consider(from, to, give, *std::prev(near), best);
  }
}

bool Descent::improve(int64_t from, int64_t &effort) {
  Step best;
  best.load = loads[from];
  for (int64_t to = 0; to < static_cast<int64_t>(loads.size()); ++to)
    if (to != from && loads[to] < loads[from])
      lookAt(from, to, best);
  effort -= static_cast<int64_t>(items[from].size() * loads.size());
  if (best.to < 0)
    return false;
  relocate(best.give, best.to);
  if (best.take != none)
    relocate(best.take, from);
  return true;
}

void Descent::relocate(size_t item, int64_t to) {
  Sized sized{times[item], item};
  auto &source = items[place[item]];
  source.erase(std::lower_bound(source.begin(), source.end(), sized));
  loads[place[item]] -= times[item];
  auto &target = items[to];
  target.insert(std::lower_bound(target.begin(), target.end(), sized), sized);
  loads[to] += times[item];
  place[item] = to;
}

} // namespace

int64_t largestLoad(const std::vector<int64_t> &times, int64_t processors,
                    const std::vector<int64_t> &placement) {
  std::vector<int64_t> loads(processors, 0);
  for (size_t item = 0; item < times.size(); ++item)
    loads[placement[item]] += times[item];
  return *std::max_element(loads.begin(), loads.end());
}

std::vector<int64_t> improvePlacement(const std::vector<int64_t> &times,
                                      int64_t processors,
                                      std::vector<int64_t> placement,
                                      int64_t lowerBound, uint64_t seed) {
  int64_t effort = 2'000'000;
  Descent first(times, processors, std::move(placement));
  first.run(lowerBound, effort);
  std::vector<int64_t> best = first.placement();
  int64_t bestLoad = first.maxLoad();

  constexpr int rounds = 64;
  constexpr int disturbances = 3;
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) {
    if (bestLoad <= lowerBound || effort <= 0 || times.empty())
      break;
    std::vector<int64_t> disturbed = best;
    for (int i = 0; i < disturbances; ++i)
      disturbed[random() % times.size()] =
          static_cast<int64_t>(random() % static_cast<uint64_t>(processors));
    effort -= static_cast<int64_t>(times.size());
    Descent next(times, processors, std::move(disturbed));
    next.run(lowerBound, effort);
    if (next.maxLoad() < bestLoad) {
      best = next.placement();
      bestLoad = next.maxLoad();
    }
  }
  return best;
}

} // namespace layerpipe::scheduling
