//===- Executor.h - Runs an order event by event ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// There are two kinds of events: a processor has done an action, or actions
// that overlap; or a value has arrived. All events of one moment come before
// the processors choose what to run next.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_EXECUTOR_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_EXECUTOR_H

#include "PipelineCosts.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <tuple>
#include <vector>

namespace layerpipe::scheduling {

/// A processor runs the actions first … last − 1 of its row together.
struct Group {
  int64_t first = 0;
  int64_t last = 0;
};

/// Indexes what is computed of a stage and a microbatch.
enum class Phase : uint8_t { forward, gradient, weights };
constexpr int64_t phases = 3;

class Executor {
public:
  /// The problem and the order are legal.
  Executor(const PipelineProblem &problem, const PipelineOrder &order,
           const SimulationOptions &options);

  Result<Simulation> run();

private:
  struct Row {
    std::vector<Group> groups;
    /// Links the groups that have not started; the end is groups.size().
    std::vector<int64_t> next;
    int64_t head = 0;
    int64_t running = -1;
    int64_t heldBytes = 0;
  };
  /// Has a time, a phase or a processor, and whether it is a processor's.
  using Event = std::tuple<int64_t, int64_t, bool>;

  int64_t indexOf(int64_t stage, Phase phase, int64_t microbatch) const {
    return (stage * problem.microbatches + microbatch) * phases +
           static_cast<int64_t>(phase);
  }
  int64_t indexOf(const PipelineAction &action) const;
  int64_t processorOf(int64_t index) const {
    return problem.stages[index / phases / problem.microbatches].processor;
  }
  const PipelineAction &actionAt(int64_t processor, int64_t position) const {
    return order.processors[processor][position];
  }

  void makeRows();
  void makeInputs();
  int64_t timeOf(const PipelineAction &action) const;
  int64_t timeOf(int64_t processor, const Group &group) const;
  void touch(int64_t processor);
  void arrive(int64_t index);
  void finish(int64_t processor, int64_t now);
  void finish(const PipelineAction &action, int64_t now);
  void send(int64_t edge, const PipelineAction &action, int64_t now);
  bool isReady(int64_t processor, const Group &group) const;
  bool leavesRoom(int64_t processor, int64_t group) const;
  int64_t choose(int64_t processor) const;
  void start(int64_t processor, int64_t before, int64_t now);
  void startWhatIsReady(int64_t now);
  bool allDone() const;
  std::string describeDeadlock() const;
  int64_t missingInput(const PipelineAction &action) const;
  PipelineAction actionOf(int64_t index) const;

  const PipelineProblem &problem;
  const PipelineOrder &order;
  const SimulationOptions &options;
  PipelineCosts costs;
  Adjacency edgesInto;
  Adjacency edgesFrom;
  std::vector<Row> rows;
  /// Counts the inputs that each phase still lacks; is `done` when it has run.
  std::vector<int32_t> lacking;
  static constexpr int32_t done = -1;
  /// Numbers the directed link of each edge, forward and backward.
  std::vector<int64_t> linkOfEdge;
  std::vector<int64_t> linkFree;
  std::priority_queue<Event, std::vector<Event>, std::greater<Event>> events;
  std::vector<int64_t> touched;
  std::vector<bool> isTouched;
  Simulation result;
};

/// Fills in spans, work, memory, makespan and bytes from the times of actions
/// and transfers.
void summarize(const PipelineProblem &problem, const PipelineCosts &costs,
               Simulation &simulation);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_EXECUTOR_H
