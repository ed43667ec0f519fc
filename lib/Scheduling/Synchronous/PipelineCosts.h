//===- PipelineCosts.h - Times and bytes of each action ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A problem has the amounts of its largest microbatch on a processor of speed
// 1. Here are those of each microbatch on its own processor.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PIPELINECOSTS_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PIPELINECOSTS_H

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <array>
#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

constexpr int64_t actionKinds = 4;

struct StageCosts {
  /// Times of all kinds of actions, in the order of ActionKind.
  std::array<int64_t, actionKinds> time = {};
  int64_t activationBytes = 0;
  int64_t weightGradientBytes = 0;

  int64_t timeOf(ActionKind kind) const {
    return time[static_cast<size_t>(kind)];
  }
};

struct EdgeCosts {
  int64_t bytes = 0;
  /// Is how long the link is occupied; 0 on one processor.
  int64_t transferTime = 0;
  int64_t latency = 0;
};

class PipelineCosts {
public:
  explicit PipelineCosts(const PipelineProblem &problem);

  const StageCosts &stage(int64_t stage, int64_t microbatch) const {
    return stages[classOf(microbatch) * stageCount + stage];
  }
  const EdgeCosts &edge(int64_t edge, int64_t microbatch) const {
    return edges[classOf(microbatch) * edgeCount + edge];
  }
  int64_t timeOf(const PipelineAction &action) const {
    return stage(action.stage, action.microbatch).timeOf(action.kind);
  }
  /// Returns how many bytes the start of the action adds.
  int64_t bytesAtStart(const PipelineAction &action) const;
  /// Returns how many bytes the end of the action frees.
  int64_t bytesAtEnd(const PipelineAction &action) const;

private:
  int64_t classOf(int64_t microbatch) const {
    return classes.empty() ? 0 : classes[microbatch];
  }
  void addClass(const PipelineProblem &problem, int64_t samples,
                int64_t largest);

  int64_t stageCount;
  int64_t edgeCount;
  /// Microbatches with equal numbers of samples are of one class.
  std::vector<int64_t> classes;
  std::vector<StageCosts> stages;
  std::vector<EdgeCosts> edges;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PIPELINECOSTS_H
