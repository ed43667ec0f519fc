//===- Simulation.h - What an order of a pipeline costs ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The simulator runs an order action by action in exact integer times. An
// action starts when its processor is free and all that it reads has arrived:
//
//   3F2 reads what F of microbatch 2 makes in the stages before stage 3,
//   3I2 and 3B2 read what I or B of microbatch 2 makes in the stages after it,
//       and what 3F2 left in the memory of their own processor,
//   3W2 reads what 3I2 left there.
//
// What a stage on another processor reads travels for bytes / bandwidth and the
// link's latency, and occupies no processor. So a machine whose links have the
// latency T_comm and an infinite bandwidth is that of the zero-bubble paper (Qi
// et al., ICLR 2024).
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SYNCHRONOUS_SIMULATION_H
#define LAYERPIPE_SCHEDULING_SYNCHRONOUS_SIMULATION_H

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

struct SimulationOptions {
  /// Says that a processor sends one value at a time to each other processor,
  /// first come, first served. Otherwise transfers never wait.
  bool linksQueue = false;
  /// Each action takes up to so many per cent longer or shorter, from 0 to 100.
  /// How much depends on the seed, the stage, the kind and the microbatch
  /// alone, so that two orders meet the same times.
  int64_t jitterPercent = 0;
  uint64_t seed = 0;
  /// A processor runs the first of so many next actions of its order that is
  /// ready. With 1, it follows the order. With more, it runs what is ready
  /// while what comes first still waits: but where memory is limited, only as
  /// long as the rest of the order fits the memory as well as before. Actions
  /// that overlap count as one.
  int64_t lookahead = 1;
};

struct SimulatedAction {
  PipelineAction action;
  /// Actions that overlap have the same start and end.
  int64_t start = 0;
  int64_t end = 0;
};

struct SimulatedTransfer {
  /// Indexes the problem's edges.
  int64_t edge = 0;
  int64_t microbatch = 0;
  /// Is false for outputs, true for their gradients.
  bool backward = false;
  int64_t fromProcessor = 0;
  int64_t toProcessor = 0;
  int64_t bytes = 0;
  /// The transfer occupies its link from `start` to `end`.
  int64_t start = 0;
  int64_t end = 0;
  /// Is `end` and the link's latency.
  int64_t arrival = 0;
};

struct SimulatedProcessor {
  /// Lists actions in the order in which they ran.
  std::vector<SimulatedAction> actions;
  /// Is the time from the start of the first action to the end of the last.
  int64_t span = 0;
  /// Is the time in which the processor runs actions.
  int64_t work = 0;
  int64_t peakBytes = 0;
  /// Is when the peak first occurs.
  int64_t peakTime = 0;
};

struct Simulation {
  std::vector<SimulatedProcessor> processors;
  /// Transfers between different processors, ascending by start.
  std::vector<SimulatedTransfer> transfers;
  /// Is when the last action ends; the first starts at 0.
  int64_t makespan = 0;
  /// Is the longest span of a processor: the zero-bubble paper's cost. It is
  /// what an iteration takes where the next one may start on each processor as
  /// soon as that is done, so where no update waits for all processors.
  int64_t span = 0;
  int64_t bytesSent = 0;
};

/// Runs an order. Fails if the problem or the order is not legal, or if actions
/// wait for each other forever; the message then names the waits that form a
/// cycle, action by action. Memory limits of the machine don't make it fail:
/// compare `peakBytes`. Takes O(n log n) for n actions and transfers.
Result<Simulation> simulate(const PipelineProblem &problem,
                            const PipelineOrder &order,
                            const SimulationOptions &options = {});

/// Returns the share of all processors' time that is idle, if each takes as
/// long as the longest span: (cost − work) / cost in the zero-bubble paper.
/// This is for people; compare spans to decide.
double bubbleRate(const Simulation &simulation);

struct MemoryPoint {
  int64_t time = 0;
  /// Is what the processor holds from this time to the next point's.
  int64_t bytes = 0;

  bool operator==(const MemoryPoint &) const = default;
};

/// Returns how many bytes a processor holds over time, from time 0 on, a point
/// for each change. Resident bytes are always there. What an action frees at
/// the moment in which the next one starts is gone by then.
std::vector<MemoryPoint> memoryOverTime(const PipelineProblem &problem,
                                        const Simulation &simulation,
                                        int64_t processor);

/// Succeeds if each processor's peak is at most its memory; the message names
/// the first that holds more, and when.
Status checkMemory(const PipelineProblem &problem,
                   const Simulation &simulation);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SYNCHRONOUS_SIMULATION_H
