//===- Links.cpp - What joins each two processors -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/Links.h"

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace layerpipe::scheduling {
namespace {

Status checkLink(const Link &link) {
  if (link.bandwidth.numerator < 0 || link.bandwidth.denominator < 1)
    return Error{fmt::format("the bandwidth {}/{} is not a number ≥ 0",
                             link.bandwidth.numerator,
                             link.bandwidth.denominator)};
  if (link.latency < 0 || link.latency > maxTotalTime)
    return Error{fmt::format("the latency {} must lie between 0 and {}",
                             link.latency, maxTotalTime)};
  return Status::success();
}

Status checkLevels(const std::vector<LinkLevel> &levels) {
  int64_t before = 1;
  for (const LinkLevel &level : levels) {
    if (level.processors <= before || level.processors % before != 0)
      return Error{
          before == 1
              ? fmt::format("the first level of links has {} processors; it "
                            "must have at least 2",
                            level.processors)
              : fmt::format("a level of links has {} processors after one of "
                            "{}; it must have a greater multiple of these",
                            level.processors, before)};
    if (Status status = checkLink(level.link); !status)
      return status;
    before = level.processors;
  }
  return Status::success();
}

Status checkPairs(const std::vector<PairLink> &pairs, int64_t processors) {
  std::pair<int64_t, int64_t> before(-1, -1);
  for (const PairLink &pair : pairs) {
    if (pair.first < 0 || pair.first >= pair.second ||
        pair.second >= processors)
      return Error{fmt::format("the link of processors {} and {} must be that "
                               "of two of 0 to {}, the lower one first",
                               pair.first, pair.second, processors - 1)};
    std::pair ends(pair.first, pair.second);
    if (ends == before)
      return Error{fmt::format("processors {} and {} have two links",
                               pair.first, pair.second)};
    if (ends < before)
      return Error{fmt::format("the link of processors {} and {} comes after "
                               "that of {} and {}; they must ascend",
                               pair.first, pair.second, before.first,
                               before.second)};
    if (Status status = checkLink(pair.link); !status)
      return status;
    before = ends;
  }
  return Status::success();
}

/// Returns the link that two processors have unless they have one of their own.
const Link &linkByLevel(const Links &links, int64_t a, int64_t b) {
  for (const LinkLevel &level : links.levels)
    if (a / level.processors == b / level.processors)
      return level.link;
  return links.others;
}

} // namespace

Status check(const Links &links, int64_t processors) {
  if (Status status = checkLink(links.others); !status)
    return status;
  if (Status status = checkLevels(links.levels); !status)
    return status;
  return checkPairs(links.pairs, processors);
}

const Link &linkOf(const Links &links, int64_t a, int64_t b) {
  if (links.areUniform())
    return links.others;
  std::pair<int64_t, int64_t> ends = std::minmax(a, b);
  auto found = std::lower_bound(
      links.pairs.begin(), links.pairs.end(), ends,
      [](const PairLink &pair, const std::pair<int64_t, int64_t> &wanted) {
        return std::pair(pair.first, pair.second) < wanted;
      });
  if (found != links.pairs.end() &&
      std::pair(found->first, found->second) == ends)
    return found->link;
  return linkByLevel(links, a, b);
}

Links linksOfFirst(const Links &links, int64_t processors) {
  Links first{links.others};
  for (const LinkLevel &level : links.levels) {
    if (level.processors >= processors) {
      first.others = level.link; // It has all of them, and so all the others.
      break;
    }
    if (!first.levels.empty() && first.levels.back().link == level.link)
      first.levels.back().processors = level.processors;
    else
      first.levels.push_back(level);
  }
  if (!first.levels.empty() && first.levels.back().link == first.others)
    first.levels.pop_back();
  for (const PairLink &pair : links.pairs)
    if (pair.second < processors &&
        pair.link != linkByLevel(first, pair.first, pair.second))
      first.pairs.push_back(pair);
  return first;
}

Link slowestLink(const Links &links) {
  Link slowest;
  forEachLink(links, [&](const Link &link) {
    bool slower =
        slowest.bandwidth.numerator == 0 || link.bandwidth < slowest.bandwidth;
    if (link.bandwidth.numerator > 0 && slower)
      slowest.bandwidth = link.bandwidth;
    slowest.latency = std::max(slowest.latency, link.latency);
  });
  return slowest;
}

bool haveBandwidth(const Links &links) {
  return slowestLink(links).bandwidth.numerator > 0;
}

bool areInstant(const Links &links) { return slowestLink(links) == Link(); }

std::vector<int64_t> linkKinds(const Links &links, int64_t processors) {
  std::vector<int64_t> kinds(processors, 0);
  if (!links.levels.empty())
    for (int64_t id = 0; id < processors; ++id)
      kinds[id] = id / links.levels.front().processors;
  for (const PairLink &pair : links.pairs)
    for (int64_t id : {pair.first, pair.second})
      kinds[id] = processors + id;
  return kinds;
}

int64_t transferTime(const Link &link, int64_t bytes) {
  return static_cast<int64_t>(wideTransferTime(link, bytes));
}

Wide wideTransferTime(const Link &link, int64_t bytes) {
  const Fraction &bandwidth = link.bandwidth;
  if (bandwidth.numerator == 0)
    return 0;
  return ceilDiv(Wide(bytes) * bandwidth.denominator, bandwidth.numerator);
}

} // namespace layerpipe::scheduling
