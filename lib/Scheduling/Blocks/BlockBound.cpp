//===- BlockBound.cpp - What no schedule of blocks can beat ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/BlockBound.h"

#include "layerpipe/Scheduling/Model/Fraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <set>

namespace layerpipe::scheduling {
namespace {

/// Knows the order of a problem's blocks and finds longest paths through them.
class BlockPaths {
public:
  explicit BlockPaths(const BlockProblem &problem)
      : problem(problem), order(blocksInOrder(problem)), place(order.size()),
        incoming(static_cast<int64_t>(order.size()),
                 static_cast<int64_t>(problem.dependences.size()),
                 [&](int64_t arc) { return problem.dependences[arc].to; }),
        outgoing(static_cast<int64_t>(order.size()),
                 static_cast<int64_t>(problem.dependences.size()),
                 [&](int64_t arc) { return problem.dependences[arc].from; }) {
    for (size_t i = 0; i < order.size(); ++i)
      place[order[i]] = static_cast<int64_t>(i);
  }

  /// Returns for each block the largest sum of weights of the blocks on a path
  /// to it or, backwards, from it; its own weight doesn't count.
  std::vector<int64_t> longest(const std::vector<int64_t> &weight,
                               bool backwards) const;

  /// Returns the time from the start of a block to the earliest start of each
  /// that depends on it, and −1 for those that don't.
  std::vector<int64_t> startsAfter(int64_t block) const;

  /// Lists the blocks of each device from the first to the last.
  std::vector<std::vector<int64_t>> blocksOfDevices() const;

private:
  const BlockProblem &problem;
  std::vector<int64_t> order;
  std::vector<int64_t> place;
  Adjacency incoming, outgoing;
};

std::vector<int64_t> BlockPaths::longest(const std::vector<int64_t> &weight,
                                         bool backwards) const {
  std::vector<int64_t> path(order.size(), 0);
  for (size_t i = 0; i < order.size(); ++i) {
    int64_t block = order[backwards ? order.size() - 1 - i : i];
    for (int64_t arc : (backwards ? outgoing : incoming).of(block)) {
      int64_t other = backwards ? problem.dependences[arc].to
                                : problem.dependences[arc].from;
      path[block] = std::max(path[block], path[other] + weight[other]);
    }
  }
  return path;
}

std::vector<int64_t> BlockPaths::startsAfter(int64_t block) const {
  std::vector<int64_t> after(order.size(), -1);
  after[block] = 0;
  for (size_t i = place[block]; i < order.size(); ++i)
    if (int64_t from = order[i]; after[from] >= 0)
      for (int64_t arc : outgoing.of(from)) {
        int64_t &to = after[problem.dependences[arc].to];
        to = std::max(to, after[from] + problem.blocks[from].duration);
      }
  return after;
}

std::vector<std::vector<int64_t>> BlockPaths::blocksOfDevices() const {
  std::vector<std::vector<int64_t>> rows(problem.devices);
  for (int64_t block : order)
    for (int64_t device : problem.blocks[block].devices)
      rows[device].push_back(block);
  return rows;
}

int64_t workOf(const BlockProblem &problem, const std::vector<int64_t> &row) {
  int64_t work = 0;
  for (int64_t block : row)
    work += problem.blocks[block].duration;
  return work;
}

/// Returns by how much a device with these blocks is idle at an end, at least,
/// for each number of its blocks that are left out there: until the first of
/// the others starts, the device can run those alone, and some blocks of other
/// devices must run that share a device with each of them.
std::vector<int64_t> idleEnds(const BlockProblem &problem,
                              const BlockPaths &paths, std::vector<int64_t> row,
                              bool atEnd) {
  if (atEnd)
    std::reverse(row.begin(), row.end());
  std::vector<int64_t> weight;
  for (const Block &block : problem.blocks)
    weight.push_back(block.duration);
  for (int64_t block : row)
    weight[block] = 0;
  std::vector<int64_t> idle;
  for (size_t left = 0; left < row.size(); ++left) {
    std::vector<int64_t> path = paths.longest(weight, atEnd);
    int64_t least = path[row[left]];
    for (size_t i = left; i < row.size(); ++i)
      least = std::min(least, path[row[i]]);
    idle.push_back(least);
    const std::vector<int64_t> &devices = problem.blocks[row[left]].devices;
    std::set<int64_t> taken(devices.begin(), devices.end());
    bool any = false;
    for (size_t b = 0; b < weight.size(); ++b) {
      const std::vector<int64_t> &others = problem.blocks[b].devices;
      if (std::none_of(others.begin(), others.end(),
                       [&](int64_t device) { return taken.contains(device); }))
        weight[b] = 0;
      any |= weight[b] > 0;
    }
    if (!any)
      break;
  }
  return idle;
}

/// Returns the most that a device is idle at both ends together. The blocks
/// that count at one end must have one in common with those at the other, or
/// the two times could be the same.
int64_t idleAtBothEnds(const BlockProblem &problem, const BlockPaths &paths,
                       const std::vector<int64_t> &row) {
  std::vector<int64_t> before = idleEnds(problem, paths, row, false);
  std::vector<int64_t> after = idleEnds(problem, paths, row, true);
  int64_t most = 0;
  for (size_t i = 0; i < before.size(); ++i)
    for (size_t j = 0; j < after.size() && i + j < row.size(); ++j)
      most = std::max(most, before[i] + after[j]);
  return most;
}

/// Returns how much memory a microbatch holds on a device, summed over time, at
/// least. What each block takes is matched with what a later one frees, the
/// first with the first; any such match is right, since only sums count.
/// Returns nothing where the blocks don't free what they take, or one may be
/// freed before it is taken.
std::optional<Wide> heldOverTime(const BlockProblem &problem,
                                 const BlockPaths &paths,
                                 const std::vector<int64_t> &row,
                                 bool lastOut) {
  struct Taken {
    int64_t memory = 0;
    std::vector<int64_t> after;
  };
  std::deque<Taken> taken;
  Wide held = 0;
  for (int64_t block : row) {
    int64_t memory = problem.blocks[block].memory;
    if (memory > 0)
      taken.push_back({memory, paths.startsAfter(block)});
    for (int64_t rest = -memory; rest > 0;) {
      if (taken.empty())
        return std::nullopt;
      Taken &one = lastOut ? taken.back() : taken.front();
      if (one.after[block] < 0)
        return std::nullopt;
      int64_t part = std::min(rest, one.memory);
      held += Wide(part) * one.after[block];
      one.memory -= part;
      rest -= part;
      if (one.memory == 0 && lastOut)
        taken.pop_back();
      else if (one.memory == 0)
        taken.pop_front();
    }
  }
  if (!taken.empty())
    return std::nullopt;
  return held;
}

/// Returns how long a device needs for the memory that so many microbatches
/// hold over time.
int64_t timeForMemory(const BlockProblem &problem, const BlockPaths &paths,
                      int64_t device, const std::vector<int64_t> &row,
                      int64_t microbatches) {
  if (problem.memory.empty() || problem.memory[device] == 0)
    return 0;
  Wide most = 0;
  for (bool lastOut : {false, true})
    if (auto held = heldOverTime(problem, paths, row, lastOut))
      most = std::max(most, *held);
  // Where the memory holds one microbatch, the quotient is no larger than all
  // blocks one after another.
  return static_cast<int64_t>(std::min<Wide>(
      ceilDiv(most * microbatches, problem.memory[device]), maxTotalTime));
}

/// Makes a bound larger if the value is.
void raise(BlockBound &bound, int64_t value, BlockBound::Reason reason,
           int64_t device) {
  if (value > bound.value)
    bound = {value, reason, device};
}

/// Raises the bound to what a microbatch takes from its first block to its last
/// one, while all others run one of the blocks between, too.
void raiseToPath(BlockBound &bound, const BlockProblem &problem,
                 const BlockPaths &paths) {
  std::vector<int64_t> durations;
  for (const Block &block : problem.blocks)
    durations.push_back(block.duration);
  std::vector<int64_t> before = paths.longest(durations, false);
  std::vector<int64_t> after = paths.longest(durations, true);
  for (size_t b = 0; b < durations.size(); ++b)
    raise(bound, before[b] + durations[b] * problem.microbatches + after[b],
          BlockBound::Reason::path, problem.blocks[b].devices.front());
}

} // namespace

BlockBound boundPeriod(const BlockProblem &problem) {
  BlockPaths paths(problem);
  std::vector<std::vector<int64_t>> rows = paths.blocksOfDevices();
  BlockBound bound;
  for (int64_t device = 0; device < problem.devices; ++device) {
    raise(bound, workOf(problem, rows[device]), BlockBound::Reason::work,
          device);
    raise(bound, timeForMemory(problem, paths, device, rows[device], 1),
          BlockBound::Reason::memory, device);
  }
  return bound;
}

BlockBound boundEnd(const BlockProblem &problem) {
  BlockPaths paths(problem);
  std::vector<std::vector<int64_t>> rows = paths.blocksOfDevices();
  BlockBound bound;
  for (int64_t device = 0; device < problem.devices; ++device) {
    const std::vector<int64_t> &row = rows[device];
    int64_t work = workOf(problem, row) * problem.microbatches;
    raise(bound, work, BlockBound::Reason::work, device);
    raise(bound, work + idleAtBothEnds(problem, paths, row),
          BlockBound::Reason::idle_ends, device);
    raise(bound,
          timeForMemory(problem, paths, device, row, problem.microbatches),
          BlockBound::Reason::memory, device);
  }
  raiseToPath(bound, problem, paths);
  return bound;
}

std::string describe(const BlockBound &bound) {
  switch (bound.reason) {
  case BlockBound::Reason::work:
    return fmt::format("the work of device {}", bound.device);
  case BlockBound::Reason::idle_ends:
    return fmt::format("the work of device {}, and its idle time at both ends",
                       bound.device);
  case BlockBound::Reason::path:
    return fmt::format("a microbatch's way to device {} and from there",
                       bound.device);
  case BlockBound::Reason::memory:
    return fmt::format("the memory of device {}", bound.device);
  case BlockBound::Reason::exhausted:
    return "all shorter ones were tried";
  }
  return "?";
}

} // namespace layerpipe::scheduling
