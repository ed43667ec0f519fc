//===- TesselSearch.cpp - Better plans for Tessel's blocks ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TesselSearch.h"

#include "layerpipe/Scheduling/Model/Verified.h"

#include <fmt/format.h>

namespace layerpipe::interchange {

using namespace scheduling;

namespace {

/// Makes the problem that a plan solves.
BlockProblem blocksOf(const TesselPlan &plan, const TesselFacts &facts,
                      std::optional<int64_t> memory) {
  BlockProblem problem;
  problem.devices = plan.devices;
  problem.microbatches = facts.microbatches;
  problem.blocks.resize(facts.subgraphs);
  for (const TesselBlock &block : plan.blocks)
    if (block.microbatch == 0)
      problem.blocks[block.subgraph] = {
          fmt::format("sub-graph {}", block.subgraph), block.devices,
          block.span, block.memory};
  for (int64_t to = 1; to < facts.subgraphs; ++to)
    problem.dependences.push_back({to - 1, to});
  problem.memory = facts.peakMemory;
  if (memory)
    problem.memory.assign(plan.devices, *memory);
  return problem;
}

BlockSchedule startsOf(const TesselPlan &plan, const TesselFacts &facts) {
  BlockSchedule schedule;
  schedule.start.resize(plan.blocks.size());
  for (const TesselBlock &block : plan.blocks)
    schedule.start[block.microbatch * facts.subgraphs + block.subgraph] =
        block.step;
  return schedule;
}

} // namespace

Result<TesselSearch> searchTessel(const TesselPlan &plan,
                                  const TesselSearchOptions &options) {
  Result<TesselFacts> facts = checkTesselChain(plan);
  if (!facts)
    return facts.error();
  BlockProblem problem = blocksOf(plan, *facts, options.memory);
  BlockLimits limits = options.limits;
  BlockSchedule given = startsOf(plan, *facts);
  if (verify(problem, given))
    limits.given = std::move(given);
  auto answer = verified(
      "the search for a plan", searchBlocks(problem, limits),
      [&](const BlockAnswer &found) { return verify(problem, found); });
  if (!answer)
    return answer.error();
  TesselSearch found{std::move(*answer), plan};
  for (TesselBlock &block : found.plan.blocks)
    block.step =
        found.answer.schedule
            .start[block.microbatch * facts->subgraphs + block.subgraph];
  found.plan.repetend = std::nullopt;
  if (const auto &part = found.answer.part)
    found.plan.repetend = TesselRepetend{part->begin, part->end};
  if (auto valid = checkTessel(found.plan); !valid)
    return defectOf("the search for a plan", valid.message());
  return found;
}

} // namespace layerpipe::interchange
