//===- LevelledSplits.h - Cuts that level processors ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The joint problem (Scheduling/JointSchedule.h) for a graph of tasks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_LEVELLEDSPLITS_H
#define LAYERPIPE_LIB_TRANSFORMS_LEVELLEDSPLITS_H

#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "llvm/ADT/StringMap.h"

#include <optional>
#include <string>
#include <vector>

namespace layerpipe {

struct LevelOptions {
  int64_t processors = 1;
  std::string objectives;
  /// Per cent.
  double tolerance = 1;
  std::optional<int64_t> maxStaleness;
};

struct LevelledSplits {
  std::vector<scheduling::Split> splits;
  /// By the names of tasks and parts.
  llvm::StringMap<int64_t> processors;
  /// Of the whole tasks.
  int64_t lowerBound = 1;
};

/// Solves and verifies; never slower than the whole tasks assigned freely.
/// Errors are reported at the graph.
mlir::FailureOr<LevelledSplits>
levelSplits(GraphOp graph, const TrainingGraph &training,
            std::vector<scheduling::SplitRule> rules,
            const LevelOptions &options);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_LEVELLEDSPLITS_H
