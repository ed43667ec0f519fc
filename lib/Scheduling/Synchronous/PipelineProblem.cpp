//===- PipelineProblem.cpp - Microbatches through stages ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace layerpipe::scheduling {
namespace {

struct NamedAmount {
  std::string_view name;
  int64_t amount;
  int64_t most;
};

Status checkAmounts(int64_t index, const PipelineStage &stage) {
  for (auto [name, amount, most] : std::initializer_list<NamedAmount>{
           {"forward time", stage.forwardTime, maxTotalTime},
           {"input gradient's time", stage.inputGradientTime, maxTotalTime},
           {"weight gradient's time", stage.weightGradientTime, maxTotalTime},
           {"backward time", stage.backwardTime.value_or(0), maxTotalTime},
           {"memory of activations", stage.activationBytes, maxBytes},
           {"memory of weight gradients", stage.weightGradientBytes, maxBytes},
           {"resident memory", stage.residentBytes, maxBytes}})
    if (amount < 0 || amount > most)
      return Error{fmt::format("the {} of stage {} is {}; it must be between 0 "
                               "and {}",
                               name, index, amount, most)};
  if (stage.weightGradientBytes > stage.activationBytes)
    return Error{fmt::format(
        "stage {} keeps {} bytes for its weight gradient; it must be at most "
        "the {} bytes of its activations",
        index, stage.weightGradientBytes, stage.activationBytes)};
  return Status::success();
}

int64_t countPipelines(const PipelineProblem &problem) {
  int64_t count = 1;
  for (const PipelineStage &stage : problem.stages)
    count = std::max(count, stage.pipeline + 1);
  return count;
}

Status checkStages(const PipelineProblem &problem) {
  int64_t stages = problem.stages.size();
  if (stages < 1)
    return Error{"there are no stages; there must be at least one"};
  for (int64_t index = 0; index < stages; ++index) {
    const PipelineStage &stage = problem.stages[index];
    if (stage.processor < 0 || stage.processor >= problem.machine.processors)
      return Error{fmt::format("stage {} is on processor {}; there are 0 to {}",
                               index, stage.processor,
                               problem.machine.processors - 1)};
    if (stage.pipeline < 0 || stage.pipeline >= stages)
      return Error{fmt::format("stage {} is of pipeline {}; {} stages have "
                               "pipelines from 0 to {}",
                               index, stage.pipeline, stages, stages - 1)};
    if (Status status = checkAmounts(index, stage); !status)
      return status;
  }
  std::vector<bool> hasStages(countPipelines(problem), false);
  for (const PipelineStage &stage : problem.stages)
    hasStages[stage.pipeline] = true;
  auto gap = std::find(hasStages.begin(), hasStages.end(), false);
  if (gap != hasStages.end())
    return Error{fmt::format("pipeline {} has no stages, though a later one "
                             "has; pipelines are counted from 0 without gaps",
                             gap - hasStages.begin())};
  return Status::success();
}

Status checkEdges(const PipelineProblem &problem) {
  int64_t stages = problem.stages.size();
  std::vector<Arc> arcs;
  for (const StageEdge &edge : problem.edges) {
    if (edge.from < 0 || edge.from >= stages || edge.to < 0 ||
        edge.to >= stages)
      return Error{fmt::format("an edge leads from stage {} to stage {}; there "
                               "are 0 to {}",
                               edge.from, edge.to, stages - 1)};
    if (edge.bytes < 0 || edge.bytes > maxBytes)
      return Error{fmt::format("the edge from stage {} to stage {} has {} "
                               "bytes; there must be between 0 and {}",
                               edge.from, edge.to, edge.bytes, maxBytes)};
    int64_t from = problem.stages[edge.from].pipeline;
    int64_t to = problem.stages[edge.to].pipeline;
    if (from != to)
      return Error{fmt::format("an edge leads from stage {} of pipeline {} to "
                               "stage {} of pipeline {}; both must be of one",
                               edge.from, from, edge.to, to)};
    arcs.push_back({edge.from, edge.to});
  }
  std::vector<int64_t> cycle = findCycle(stages, arcs);
  if (!cycle.empty())
    return Error{fmt::format("the edges form a cycle: stages {} and {} again",
                             fmt::join(cycle, ", "), cycle.front())};
  return Status::success();
}

Status checkMicrobatches(const PipelineProblem &problem) {
  int64_t count = problem.microbatches;
  int64_t rows = std::max(problem.stages.size(), problem.edges.size());
  if (count < 1 || count > maxPipelineCells / rows)
    return Error{fmt::format(
        "{} microbatches; there must be between 1 and {} for {} stages and {} "
        "edges",
        count, maxPipelineCells / rows, problem.stages.size(),
        problem.edges.size())};
  for (auto [name, list] :
       {std::pair{"numbers of samples", &problem.samples},
        std::pair{"pipelines of microbatches", &problem.pipelines}})
    if (!list->empty() && static_cast<int64_t>(list->size()) != count)
      return Error{fmt::format("{} {} for {} microbatches; there must be one "
                               "for each, or none at all",
                               list->size(), name, count)};
  int64_t pipelines = countPipelines(problem);
  for (int64_t index = 0; index < count; ++index) {
    int64_t samples = problem.samples.empty() ? 1 : problem.samples[index];
    if (samples < 1 || samples > maxTotalTime)
      return Error{fmt::format("microbatch {} has {} samples; there must be "
                               "between 1 and {}",
                               index, samples, maxTotalTime)};
    int64_t pipeline = problem.pipelines.empty() ? 0 : problem.pipelines[index];
    if (pipeline < 0 || pipeline >= pipelines)
      return Error{fmt::format("microbatch {} is of pipeline {}; there are 0 "
                               "to {}",
                               index, pipeline, pipelines - 1)};
  }
  return Status::success();
}

/// Bounds what a simulation can add up: all actions and transfers one after
/// another, and all microbatches in memory at once.
Status checkSums(const PipelineProblem &problem) {
  Wide time = 0, bytes = 0;
  for (const PipelineStage &stage : problem.stages) {
    Fraction speed = speedOf(problem.machine, stage.processor);
    auto timeHere = [&](int64_t amount) {
      return ceilDiv(Wide(amount) * speed.denominator, speed.numerator);
    };
    Wide apart =
        timeHere(stage.inputGradientTime) + timeHere(stage.weightGradientTime);
    Wide together = timeHere(stage.backwardTime.value_or(0));
    time += timeHere(stage.forwardTime) + std::max(apart, together);
    bytes += stage.activationBytes;
  }
  for (const StageEdge &edge : problem.edges) {
    bytes += 2 * Wide(edge.bytes);
    int64_t from = problem.stages[edge.from].processor;
    int64_t to = problem.stages[edge.to].processor;
    if (from == to)
      continue;
    const Link &link = linkOf(problem.machine, from, to);
    time += 2 * (wideTransferTime(link, edge.bytes) + link.latency);
  }
  bytes *= problem.microbatches;
  for (const PipelineStage &stage : problem.stages)
    bytes += stage.residentBytes;
  if (time * problem.microbatches > maxTotalTime)
    return Error{fmt::format("all actions and transfers together take more "
                             "than {} {}; take a coarser time unit",
                             maxTotalTime, problem.timeUnit)};
  if (bytes > maxBytes)
    return Error{fmt::format("all microbatches together take, or send, more "
                             "than {} bytes; take a coarser unit",
                             maxBytes)};
  return Status::success();
}

} // namespace

std::string toString(const PipelineAction &action) {
  constexpr std::string_view letters = "FIWB";
  return fmt::format("{}{}{}", action.stage,
                     letters[static_cast<size_t>(action.kind)],
                     action.microbatch);
}

bool runsThrough(const PipelineProblem &problem, int64_t microbatch,
                 int64_t stage) {
  int64_t pipeline =
      problem.pipelines.empty() ? 0 : problem.pipelines[microbatch];
  return problem.stages[stage].pipeline == pipeline;
}

Status check(const PipelineProblem &problem) {
  for (auto part :
       {+[](const PipelineProblem &all) { return check(all.machine); },
        checkStages, checkEdges, checkMicrobatches, checkSums})
    if (Status status = part(problem); !status)
      return status;
  return Status::success();
}

} // namespace layerpipe::scheduling
