//===- TesselExport.cpp - Orders become Tessel's plans --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Tessel.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace layerpipe::interchange {

using namespace scheduling;

static Status checkTesselCanSay(const PipelineProblem &problem,
                                const PipelineOrder &order) {
  for (const PipelineStage &stage : problem.stages)
    if (stage.pipeline != 0)
      return Error{"Tessel's plans have one pipeline"};
  if (std::adjacent_find(problem.samples.begin(), problem.samples.end(),
                         std::not_equal_to()) != problem.samples.end())
    return Error{"Tessel's plans have equal microbatches"};
  for (const std::vector<PipelineAction> &row : order.processors)
    for (const PipelineAction &action : row) {
      if (action.kind != ActionKind::forward &&
          action.kind != ActionKind::backward)
        return Error{fmt::format("Tessel has no {}: a block is a forward or a "
                                 "backward with all gradients",
                                 toString(action))};
      if (action.overlapsNext)
        return Error{fmt::format("Tessel's blocks don't overlap, and {} does",
                                 toString(action))};
    }
  return Status::success();
}

Result<TesselPlan> toTessel(const PipelineProblem &problem,
                            const PipelineOrder &order) {
  Result<Simulation> run = simulate(problem, order);
  if (!run)
    return run.error();
  if (Status can = checkTesselCanSay(problem, order); !can)
    return can;
  TesselPlan plan;
  plan.devices = problem.machine.processors;
  auto last = 2 * static_cast<int64_t>(problem.stages.size()) - 1;
  for (int64_t device = 0; device < plan.devices; ++device)
    for (const SimulatedAction &one : run->processors[device].actions) {
      if (one.end == one.start)
        return Error{fmt::format("{} takes no time, and Tessel's blocks do",
                                 toString(one.action))};
      int64_t stage = one.action.stage;
      bool backward = one.action.kind == ActionKind::backward;
      int64_t bytes = problem.stages[stage].activationBytes;
      plan.blocks.push_back({one.action.microbatch,
                             one.end - one.start,
                             backward ? -bytes : bytes,
                             backward,
                             backward ? last - stage : stage,
                             one.start,
                             {device}});
    }
  return plan;
}

} // namespace layerpipe::interchange
