//===- BlockProblemVerify.cpp - The judge of blocks' schedules ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/BlockProblem.h"
#include "layerpipe/Scheduling/Model/Fraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// Names a block of a schedule by its place in the list of starts.
std::string nameOf(const BlockProblem &problem, int64_t cell) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  return fmt::format("{} of microbatch {}", problem.blocks[cell % count].name,
                     cell / count);
}

/// Lists the blocks of each device in the order in which they start.
std::vector<std::vector<int64_t>> rowsOf(const BlockProblem &problem,
                                         const BlockSchedule &schedule) {
  std::vector<std::vector<int64_t>> rows(problem.devices);
  for (size_t cell = 0; cell < schedule.start.size(); ++cell)
    for (int64_t device : problem.blocks[cell % problem.blocks.size()].devices)
      rows[device].push_back(static_cast<int64_t>(cell));
  for (std::vector<int64_t> &row : rows)
    std::sort(row.begin(), row.end(), [&](int64_t a, int64_t b) {
      return std::pair(schedule.start[a], a) < std::pair(schedule.start[b], b);
    });
  return rows;
}

Status checkRow(const BlockProblem &problem, const BlockSchedule &schedule,
                int64_t device, const std::vector<int64_t> &row) {
  auto blockOf = [&](int64_t cell) -> const Block & {
    return problem.blocks[cell % problem.blocks.size()];
  };
  int64_t memory = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    int64_t cell = row[i];
    if (i > 0 && schedule.start[row[i - 1]] + blockOf(row[i - 1]).duration >
                     schedule.start[cell])
      return Error{fmt::format("device {} starts {} at step {}, before {} has "
                               "ended",
                               device, nameOf(problem, cell),
                               schedule.start[cell],
                               nameOf(problem, row[i - 1]))};
    memory += blockOf(cell).memory;
    if (!problem.memory.empty() && memory > problem.memory[device])
      return Error{fmt::format("device {} holds {} from step {} on, when {} "
                               "starts; its memory is {}",
                               device, memory, schedule.start[cell],
                               nameOf(problem, cell), problem.memory[device])};
  }
  return Status::success();
}

Status checkReads(const BlockProblem &problem, const BlockSchedule &schedule) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  for (int64_t m = 0; m < problem.microbatches; ++m)
    for (const Arc &arc : problem.dependences) {
      int64_t from = m * count + arc.from, to = m * count + arc.to;
      if (schedule.start[from] + problem.blocks[arc.from].duration >
          schedule.start[to])
        return Error{fmt::format("{} starts at step {}, before {} has ended",
                                 nameOf(problem, to), schedule.start[to],
                                 nameOf(problem, from))};
    }
  return Status::success();
}

/// Checks the list of starts itself: its length, and what its numbers may be.
Status checkStarts(const std::vector<int64_t> &starts, size_t count) {
  if (starts.size() != count)
    return Error{
        fmt::format("there are {} starts of {} blocks", starts.size(), count)};
  for (int64_t start : starts)
    if (start < 0 || start > maxTotalTime)
      return Error{fmt::format("a block starts at step {}; it must start "
                               "between 0 and {}",
                               start, maxTotalTime)};
  return Status::success();
}

/// Checks that the blocks of a device, in the order of their steps in a period,
/// end before the next one starts, the last one before the first of the next
/// period.
Status checkTurns(const BlockProblem &problem, const Repetend &repetend,
                  int64_t device, const std::vector<int64_t> &row) {
  for (size_t i = 0; i < row.size(); ++i) {
    bool last = i + 1 == row.size();
    int64_t next = last ? row.front() : row[i + 1];
    int64_t until =
        repetend.start[next] % repetend.period + (last ? repetend.period : 0);
    const Block &block = problem.blocks[row[i]];
    if (repetend.start[row[i]] % repetend.period + block.duration > until)
      return Error{fmt::format("device {} starts {} before {} has ended, where "
                               "each microbatch follows after {} steps",
                               device, problem.blocks[next].name, block.name,
                               repetend.period)};
  }
  return Status::success();
}

/// Checks the memory of a device during a period. Before step 0, a block that
/// starts in the k-th period of its microbatch has run for all microbatches but
/// the last k; what all of them left behind sums up to nothing.
Status checkStream(const BlockProblem &problem, const Repetend &repetend,
                   int64_t device, const std::vector<int64_t> &row) {
  Wide sum = 0, held = 0;
  for (int64_t b : row) {
    sum += problem.blocks[b].memory;
    held -= Wide(problem.blocks[b].memory) *
            (repetend.start[b] / repetend.period + 1);
  }
  if (sum != 0)
    return Error{fmt::format("on device {}, the blocks of a microbatch leave "
                             "{} of memory behind",
                             device, static_cast<int64_t>(sum))};
  for (int64_t b : row) {
    held += problem.blocks[b].memory;
    if (held > problem.memory[device])
      return Error{fmt::format("device {} holds more than its memory, {}, when "
                               "{} starts",
                               device, problem.memory[device],
                               problem.blocks[b].name)};
  }
  return Status::success();
}

} // namespace

std::vector<int64_t> peakMemory(const BlockProblem &problem,
                                const BlockSchedule &schedule) {
  std::vector<int64_t> peaks;
  for (const std::vector<int64_t> &row : rowsOf(problem, schedule)) {
    int64_t memory = 0, peak = 0;
    for (int64_t cell : row) {
      memory += problem.blocks[cell % problem.blocks.size()].memory;
      peak = std::max(peak, memory);
    }
    peaks.push_back(peak);
  }
  return peaks;
}

Status verify(const BlockProblem &problem, const BlockSchedule &schedule) {
  if (Status legal = check(problem); !legal)
    return legal;
  if (Status status = checkStarts(schedule.start,
                                  problem.blocks.size() * problem.microbatches);
      !status)
    return status;
  if (Status status = checkReads(problem, schedule); !status)
    return status;
  std::vector<std::vector<int64_t>> rows = rowsOf(problem, schedule);
  for (int64_t device = 0; device < problem.devices; ++device)
    if (Status status = checkRow(problem, schedule, device, rows[device]);
        !status)
      return status;
  return Status::success();
}

Status verify(const BlockProblem &problem, const Repetend &repetend) {
  if (Status legal = check(problem); !legal)
    return legal;
  if (Status status = checkStarts(repetend.start, problem.blocks.size());
      !status)
    return status;
  if (repetend.period < 1 || repetend.period > maxTotalTime)
    return Error{fmt::format("the period is {}; it must be between 1 and {}",
                             repetend.period, maxTotalTime)};
  BlockProblem one = problem;
  one.microbatches = 1;
  if (Status status = checkReads(one, {repetend.start}); !status)
    return status;
  BlockSchedule period;
  for (int64_t start : repetend.start)
    period.start.push_back(start % repetend.period);
  std::vector<std::vector<int64_t>> rows = rowsOf(problem, period);
  for (int64_t device = 0; device < problem.devices; ++device) {
    if (Status turns = checkTurns(problem, repetend, device, rows[device]);
        !turns)
      return turns;
    if (problem.memory.empty())
      continue;
    if (Status fits = checkStream(problem, repetend, device, rows[device]);
        !fits)
      return fits;
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
