//===- Placements.cpp - Which processor has which chunk -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Placements.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace layerpipe::scheduling {
namespace {

/// Lists the stages of a pipeline in the order of edges.
std::vector<int64_t> chainOf(const PipelineProblem &problem, int64_t pipeline) {
  std::vector<Arc> arcs;
  for (const StageEdge &edge : problem.edges)
    arcs.push_back({edge.from, edge.to});
  std::vector<int64_t> chain = topologicalOrder(problem.stages.size(), arcs);
  std::erase_if(chain, [&](int64_t stage) {
    return problem.stages[stage].pipeline != pipeline;
  });
  return chain;
}

/// Returns the rank of the stage at a position of the chain of a pipeline; the
/// second one runs the other way.
int64_t rankAt(Placement placement, int64_t position, int64_t p,
               int64_t pipeline) {
  int64_t rank = rankOf(placement, position, p);
  return pipeline == 0 ? rank : p - 1 - rank;
}

Status checkCount(Placement placement, int64_t stages, int64_t p) {
  auto wrong = [&](std::string_view right) {
    return Error{fmt::format("{} stages on {} processors; the placement '{}' "
                             "takes {}",
                             stages, p, toString(placement), right)};
  };
  if ((placement == Placement::linear ||
       placement == Placement::bidirectional) &&
      stages != p)
    return wrong("one stage for each processor");
  if (placement == Placement::loop && stages % p != 0)
    return wrong("equally many stages for each processor");
  if (placement == Placement::v && stages != 2 * p)
    return wrong("two stages for each processor");
  return Status::success();
}

/// Appends a copy of the network, whose microbatches run the other way.
void addMirror(PipelineProblem &problem, const std::vector<int64_t> &chain) {
  int64_t p = chain.size();
  size_t edges = problem.edges.size();
  std::vector<int64_t> position(p);
  for (int64_t at = 0; at < p; ++at)
    position[chain[at]] = at;
  for (int64_t stage = 0; stage < p; ++stage) {
    PipelineStage copy = problem.stages[stage];
    copy.pipeline = 1;
    copy.processor =
        rankAt(Placement::bidirectional, position[stage], p, copy.pipeline);
    problem.stages.push_back(copy);
  }
  for (size_t edge = 0; edge < edges; ++edge) {
    StageEdge copy = problem.edges[edge];
    problem.edges.push_back({copy.from + p, copy.to + p, copy.bytes});
  }
  for (int64_t m = 0; m < problem.microbatches; ++m) {
    int64_t unit = std::min(p, problem.microbatches - m / p * p);
    problem.pipelines.push_back(2 * (m % p) < unit ? 0 : 1);
  }
}

} // namespace

std::string_view toString(Placement placement) {
  constexpr std::array<std::string_view, 4> names = {"linear", "loop", "v",
                                                     "bidirectional"};
  return names[static_cast<size_t>(placement)];
}

int64_t rankOf(Placement placement, int64_t position, int64_t processors) {
  int64_t place = position % processors;
  bool back = placement == Placement::v && position / processors % 2 == 1;
  return back ? processors - 1 - place : place;
}

Result<PipelineProblem> place(PipelineProblem chain, Placement placement) {
  int64_t p = chain.machine.processors, stages = chain.stages.size();
  for (PipelineStage &stage : chain.stages)
    stage.processor = 0;
  if (Status status = check(chain); !status)
    return status;
  for (const PipelineStage &stage : chain.stages)
    if (stage.pipeline != 0)
      return Error{"a chain to place has stages of several pipelines; it must "
                   "have one"};
  if (Status status = checkCount(placement, stages, p); !status)
    return status;
  std::vector<int64_t> order = chainOf(chain, 0);
  for (int64_t at = 0; at < stages; ++at)
    chain.stages[order[at]].processor = rankAt(placement, at, p, 0);
  if (placement == Placement::bidirectional)
    addMirror(chain, order);
  if (Status status = check(chain); !status)
    return status;
  return chain;
}

Result<Ranks> ranksOf(const PipelineProblem &problem, Placement placement) {
  int64_t pipelines = 1;
  std::vector<bool> used(problem.machine.processors, false);
  for (const PipelineStage &stage : problem.stages) {
    pipelines = std::max(pipelines, stage.pipeline + 1);
    used[stage.processor] = true;
  }
  int64_t p = std::count(used.begin(), used.end(), true);
  int64_t expected = placement == Placement::bidirectional ? 2 : 1;
  if (pipelines != expected)
    return Error{fmt::format("the stages are of {} pipelines; the placement "
                             "'{}' has {}",
                             pipelines, toString(placement), expected)};
  Ranks ranks(p);
  for (int64_t pipeline = 0; pipeline < pipelines; ++pipeline) {
    std::vector<int64_t> chain = chainOf(problem, pipeline);
    int64_t length = chain.size();
    if (Status status = checkCount(placement, length, p); !status)
      return status;
    for (int64_t at = 0; at < length; ++at)
      ranks[rankAt(placement, at, p, pipeline)].push_back(chain[at]);
  }
  for (const std::vector<int64_t> &stages : ranks)
    for (int64_t stage : stages) {
      int64_t first = problem.stages[stages.front()].processor;
      if (problem.stages[stage].processor != first)
        return Error{fmt::format(
            "stage {} is on processor {}; the placement '{}' has it with stage "
            "{} on processor {}",
            stage, problem.stages[stage].processor, toString(placement),
            stages.front(), first)};
    }
  return ranks;
}

} // namespace layerpipe::scheduling
