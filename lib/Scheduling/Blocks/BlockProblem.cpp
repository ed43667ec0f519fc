//===- BlockProblem.cpp - Microbatches of blocks on many devices ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/BlockProblem.h"

#include "layerpipe/Scheduling/Model/Fraction.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

Status checkBlock(const BlockProblem &problem, const Block &block) {
  if (block.devices.empty())
    return Error{block.name + " is on no device"};
  std::vector<int64_t> devices = block.devices;
  std::sort(devices.begin(), devices.end());
  if (devices.front() < 0 || devices.back() >= problem.devices)
    return Error{
        fmt::format("{} is on device {}; there are 0 to {}", block.name,
                    devices.front() < 0 ? devices.front() : devices.back(),
                    problem.devices - 1)};
  if (auto twice = std::adjacent_find(devices.begin(), devices.end());
      twice != devices.end())
    return Error{fmt::format("{} names device {} twice", block.name, *twice)};
  if (block.duration < 1)
    return Error{fmt::format("{} takes {} steps; it must take at least one",
                             block.name, block.duration)};
  return Status::success();
}

/// Checks that no sum of all microbatches overflows.
Status checkSums(const BlockProblem &problem) {
  Wide time = 0, memory = 0;
  for (const Block &block : problem.blocks) {
    time += block.duration;
    memory += block.memory < 0 ? -Wide(block.memory) : block.memory;
  }
  if (time * problem.microbatches > maxTotalTime)
    return Error{fmt::format("the blocks of all microbatches take more than {} "
                             "steps one after another",
                             maxTotalTime)};
  if (memory * problem.microbatches > maxBytes)
    return Error{fmt::format("the blocks of all microbatches take more than {} "
                             "of memory",
                             maxBytes)};
  return Status::success();
}

Status checkDependences(const BlockProblem &problem) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  for (const Arc &arc : problem.dependences)
    for (int64_t block : {arc.from, arc.to})
      if (block < 0 || block >= count)
        return Error{fmt::format("a dependence names block {}; there are 0 to "
                                 "{}",
                                 block, count - 1)};
  if (!anyTopologicalOrder(count, problem.dependences))
    return Error{"the dependences of blocks form a cycle"};
  return Status::success();
}

} // namespace

Status check(const BlockProblem &problem) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  if (problem.devices < 1 || problem.devices > maxProcessors)
    return Error{fmt::format("{} devices; there must be between 1 and {}",
                             problem.devices, maxProcessors)};
  if (count == 0)
    return Error{"there are no blocks"};
  if (problem.microbatches < 1 || problem.microbatches > maxBlockCells / count)
    return Error{fmt::format("{} microbatches of {} blocks; there must be "
                             "between 1 and {}",
                             problem.microbatches, count,
                             maxBlockCells / count)};
  for (const Block &block : problem.blocks)
    if (Status status = checkBlock(problem, block); !status)
      return status;
  if (!problem.memory.empty() &&
      static_cast<int64_t>(problem.memory.size()) != problem.devices)
    return Error{fmt::format("memories of {} devices; there are {}",
                             problem.memory.size(), problem.devices)};
  for (int64_t memory : problem.memory)
    if (memory < 0)
      return Error{fmt::format("a device has the memory {}; it must not be "
                               "negative",
                               memory)};
  if (Status status = checkSums(problem); !status)
    return status;
  return checkDependences(problem);
}

std::vector<int64_t> blocksInOrder(const BlockProblem &problem) {
  return *anyTopologicalOrder(static_cast<int64_t>(problem.blocks.size()),
                              problem.dependences);
}

int64_t endOf(const BlockProblem &problem, const BlockSchedule &schedule) {
  int64_t end = 0;
  size_t count = problem.blocks.size();
  for (size_t cell = 0; cell < schedule.start.size(); ++cell)
    end = std::max(end, schedule.start[cell] +
                            problem.blocks[cell % count].duration);
  return end;
}

} // namespace layerpipe::scheduling
