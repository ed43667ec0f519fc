//===- TesselSchedule.cpp - Tessel's plans as schedules of ours -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TesselSearch.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::interchange {

using namespace scheduling;

namespace {

/// Builds the problem and its solution task by task.
class ScheduleMaker {
public:
  ScheduleMaker(const TesselPlan &plan, const TesselFacts &facts)
      : plan(plan), facts(facts), blocks(plan.blocks.size()) {
    for (const TesselBlock &block : plan.blocks)
      blocks[block.microbatch * facts.subgraphs + block.subgraph] = &block;
  }

  Result<StaticSchedule> make();

private:
  int64_t addTasks(const TesselBlock &block);
  void addEdges(int64_t from, int64_t first);
  void sortTasks();

  const TesselPlan &plan;
  const TesselFacts &facts;
  /// Lists the blocks by microbatch and sub-graph.
  std::vector<const TesselBlock *> blocks;
  CyclicProblem problem;
  CyclicSolution solution;
};

/// Adds a task for each device, and returns the first.
int64_t ScheduleMaker::addTasks(const TesselBlock &block) {
  int64_t first = countNodes(problem.graph);
  for (size_t i = 0; i < block.devices.size(); ++i) {
    Task task;
    task.name = fmt::format("{}{}.{}", block.backward ? "b" : "f",
                            block.microbatch, block.subgraph);
    if (i > 0)
      task.name += fmt::format("@{}", i);
    task.layer = block.subgraph + 1;
    task.kind = block.backward ? TaskKind::backward : TaskKind::forward;
    task.time = block.span;
    task.microbatch = block.microbatch;
    problem.graph.tasks.push_back(std::move(task));
    problem.assignment.push_back(block.devices[i]);
    solution.start.push_back(block.step);
    solution.lag.push_back(0);
  }
  return first;
}

/// Lets all tasks from `first` on read what task `from` makes. One reader of a
/// block's result on each device is enough, since its tasks start together.
void ScheduleMaker::addEdges(int64_t from, int64_t first) {
  auto value = static_cast<int64_t>(problem.graph.values.size());
  problem.graph.values.push_back({problem.graph.tasks[from].name, from, 0});
  for (int64_t to = first; to < countNodes(problem.graph); ++to) {
    Edge edge;
    edge.from = from;
    edge.to = to;
    edge.kind = problem.graph.tasks[from].kind == TaskKind::forward
                    ? EdgeKind::activation
                    : EdgeKind::gradient;
    edge.value = value;
    int64_t there = problem.assignment[to], here = problem.assignment[from];
    solution.edgeTransfer.push_back(-1);
    if (there != here) {
      solution.edgeTransfer.back() =
          static_cast<int64_t>(solution.transfers.size());
      Transfer transfer;
      transfer.value = value;
      transfer.fromProcessor = here;
      transfer.toProcessor = there;
      transfer.start = (solution.start[from] + problem.graph.tasks[from].time) %
                       solution.period;
      solution.transfers.push_back(transfer);
    }
    problem.graph.edges.push_back(edge);
    solution.distance.push_back(0);
  }
}

void ScheduleMaker::sortTasks() {
  solution.order.resize(plan.devices);
  for (int64_t task = 0; task < countNodes(problem.graph); ++task)
    solution.order[problem.assignment[task]].push_back(task);
  for (std::vector<int64_t> &row : solution.order)
    std::sort(row.begin(), row.end(), [&](int64_t a, int64_t b) {
      return solution.start[a] < solution.start[b];
    });
}

Result<StaticSchedule> ScheduleMaker::make() {
  problem.machine.processors = plan.devices;
  solution.period = facts.steps;
  int64_t before = -1;
  for (const TesselBlock *block : blocks) {
    int64_t first = addTasks(*block);
    if (block->subgraph > 0)
      addEdges(before, first);
    before = first;
  }
  sortTasks();
  ScheduleInfo info{"plan", "tessel", "cycles"};
  info.limitedBy = "the order of microbatches";
  return makeStaticSchedule(problem, solution, info);
}

} // namespace

Result<StaticSchedule> scheduleOfTessel(const TesselPlan &plan) {
  Result<TesselFacts> facts = checkTesselChain(plan);
  if (!facts)
    return facts.error();
  return ScheduleMaker(plan, *facts).make();
}

} // namespace layerpipe::interchange
