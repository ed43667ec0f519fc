//===- Simulation.cpp - What an order of a pipeline costs -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/Simulation.h"

#include "Executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// Calls visit(time, bytes held) at each change of what a processor holds, in
/// the order of execution.
template <typename Visit>
void forEachChange(const PipelineCosts &costs,
                   const std::vector<SimulatedAction> &actions, int64_t held,
                   const Visit &visit) {
  size_t count = actions.size();
  for (size_t first = 0, last = 0; first < count; first = last) {
    do
      ++last;
    while (actions[last - 1].action.overlapsNext && last < count);
    for (size_t at = first; at < last; ++at)
      held += costs.bytesAtStart(actions[at].action);
    visit(actions[first].start, held);
    for (size_t at = first; at < last; ++at)
      held -= costs.bytesAtEnd(actions[at].action);
    visit(actions[first].end, held);
  }
}

int64_t residentBytes(const PipelineProblem &problem, int64_t processor) {
  int64_t bytes = 0;
  for (const PipelineStage &stage : problem.stages)
    if (stage.processor == processor)
      bytes += stage.residentBytes;
  return bytes;
}

void summarizeTimes(SimulatedProcessor &processor) {
  const std::vector<SimulatedAction> &actions = processor.actions;
  if (actions.empty())
    return;
  processor.span = actions.back().end - actions.front().start;
  for (size_t at = 0; at < actions.size(); ++at)
    if (at + 1 == actions.size() || !actions[at].action.overlapsNext)
      processor.work += actions[at].end - actions[at].start;
}

Status check(const SimulationOptions &options) {
  if (options.jitterPercent < 0 || options.jitterPercent > 100)
    return Error{fmt::format("a jitter of {} per cent; it must be between 0 "
                             "and 100",
                             options.jitterPercent)};
  if (options.lookahead < 1)
    return Error{fmt::format("a lookahead of {} actions; it must be at least 1",
                             options.lookahead)};
  return Status::success();
}

} // namespace

void summarize(const PipelineProblem &problem, const PipelineCosts &costs,
               Simulation &simulation) {
  std::vector<int64_t> resident(simulation.processors.size(), 0);
  for (const PipelineStage &stage : problem.stages)
    resident[stage.processor] += stage.residentBytes;
  for (size_t id = 0; id < simulation.processors.size(); ++id) {
    SimulatedProcessor &processor = simulation.processors[id];
    summarizeTimes(processor);
    processor.peakBytes = resident[id];
    forEachChange(costs, processor.actions, resident[id],
                  [&](int64_t time, int64_t held) {
                    if (held <= processor.peakBytes)
                      return;
                    processor.peakBytes = held;
                    processor.peakTime = time;
                  });
    simulation.span = std::max(simulation.span, processor.span);
    if (!processor.actions.empty())
      simulation.makespan =
          std::max(simulation.makespan, processor.actions.back().end);
  }
  auto rank = [](const SimulatedTransfer &one) {
    return std::tuple(one.start, one.edge, one.backward, one.microbatch);
  };
  std::sort(simulation.transfers.begin(), simulation.transfers.end(),
            [&](const SimulatedTransfer &a, const SimulatedTransfer &b) {
              return rank(a) < rank(b);
            });
  for (const SimulatedTransfer &transfer : simulation.transfers)
    simulation.bytesSent += transfer.bytes;
}

Result<Simulation> simulate(const PipelineProblem &problem,
                            const PipelineOrder &order,
                            const SimulationOptions &options) {
  if (Status status = check(problem, order); !status)
    return status;
  if (Status status = check(options); !status)
    return status;
  return Executor(problem, order, options).run();
}

double bubbleRate(const Simulation &simulation) {
  double work = 0;
  for (const SimulatedProcessor &processor : simulation.processors)
    work += static_cast<double>(processor.work);
  double all = static_cast<double>(simulation.span) *
               static_cast<double>(simulation.processors.size());
  return all > 0 ? (all - work) / all : 0;
}

std::vector<MemoryPoint> memoryOverTime(const PipelineProblem &problem,
                                        const Simulation &simulation,
                                        int64_t processor) {
  int64_t resident = residentBytes(problem, processor);
  std::vector<MemoryPoint> points{{0, resident}};
  forEachChange(PipelineCosts(problem),
                simulation.processors[processor].actions, resident,
                [&](int64_t time, int64_t held) {
                  if (points.back().time == time)
                    points.pop_back();
                  if (points.empty() || points.back().bytes != held)
                    points.push_back({time, held});
                });
  return points;
}

Status checkMemory(const PipelineProblem &problem,
                   const Simulation &simulation) {
  const std::vector<int64_t> &memory = problem.machine.memory;
  for (size_t id = 0; id < memory.size(); ++id) {
    const SimulatedProcessor &processor = simulation.processors[id];
    if (processor.peakBytes > memory[id])
      return Error{
          fmt::format("processor {} holds {} bytes at {} {}; its memory has {}",
                      id, processor.peakBytes, processor.peakTime,
                      problem.timeUnit, memory[id])};
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
