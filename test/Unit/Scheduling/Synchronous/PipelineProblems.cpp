//===- PipelineProblems.cpp - Problems that tests share -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineProblems.h"

#include <sstream>
#include <string_view>

namespace layerpipe::scheduling::test {

PipelineProblem unitChain(int64_t stages, int64_t microbatches) {
  PipelineProblem problem;
  problem.machine.processors = stages;
  problem.microbatches = microbatches;
  for (int64_t stage = 0; stage < stages; ++stage) {
    PipelineStage one;
    one.processor = stage;
    one.forwardTime = one.inputGradientTime = one.weightGradientTime = 1;
    one.activationBytes = 1;
    problem.stages.push_back(one);
    if (stage > 0)
      problem.edges.push_back({stage - 1, stage, 0});
  }
  return problem;
}

PipelineOrder orderOf(const std::string &text) {
  PipelineOrder order;
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row, ';');) {
    order.processors.emplace_back();
    std::istringstream cells(row);
    PipelineAction action;
    for (char kind = 0; cells >> action.stage >> kind >> action.microbatch;) {
      size_t index = std::string_view("FIWB").find(kind);
      action.kind = static_cast<ActionKind>(index);
      action.overlapsNext = cells.peek() == '+';
      if (action.overlapsNext)
        cells.get();
      order.processors.back().push_back(action);
    }
  }
  return order;
}

} // namespace layerpipe::scheduling::test
