//===- GreedyContext.cpp - What orders of a problem share ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GreedyOrder.h"

#include <algorithm>

namespace layerpipe::scheduling {

GreedyContext::GreedyContext(const PipelineProblem &problem)
    : problem(problem), costs(problem),
      edgesInto(problem.stages.size(), problem.edges.size(),
                [&](int64_t edge) { return problem.edges[edge].to; }),
      edgesFrom(problem.stages.size(), problem.edges.size(),
                [&](int64_t edge) { return problem.edges[edge].from; }),
      stagesOn(problem.machine.processors, problem.stages.size(),
               [&](int64_t stage) { return problem.stages[stage].processor; }),
      room(problem.machine.memory), mostBytes(problem.stages.size(), 0),
      rank(problem.stages.size()) {
  int64_t pipelines = 1;
  for (const PipelineStage &stage : problem.stages) {
    if (!room.empty())
      room[stage.processor] -= stage.residentBytes;
    pipelines = std::max(pipelines, stage.pipeline + 1);
  }
  microbatches.resize(pipelines);
  int64_t largest = 0;
  for (size_t m = 1; m < problem.samples.size(); ++m)
    if (problem.samples[m] > problem.samples[largest])
      largest = m;
  for (size_t stage = 0; stage < problem.stages.size(); ++stage)
    mostBytes[stage] = costs.stage(stage, largest).activationBytes;
  for (int64_t m = 0; m < problem.microbatches; ++m)
    microbatches[problem.pipelines.empty() ? 0 : problem.pipelines[m]]
        .push_back(m);
  std::vector<Arc> arcs;
  for (const StageEdge &edge : problem.edges)
    arcs.push_back({edge.from, edge.to});
  int64_t position = 0;
  for (int64_t stage : topologicalOrder(problem.stages.size(), arcs))
    rank[stage] = position++;
}

} // namespace layerpipe::scheduling
