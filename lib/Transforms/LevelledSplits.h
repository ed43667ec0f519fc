//===- LevelledSplits.h - Cuts that level processors ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This solves the joint problem (Scheduling/Splitting/JointSolver.h) for a
// graph of tasks.
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
  /// This is in per cent.
  double tolerance = 1;
  std::optional<int64_t> maxStaleness;
};

struct LevelledSplits {
  std::vector<scheduling::Split> splits;
  /// Tasks and parts have their processors here, by name.
  llvm::StringMap<int64_t> processors;
  /// This is the bound of the whole tasks.
  int64_t lowerBound = 1;
};

/// Solves and verifies. The answer is never slower than the whole tasks
/// assigned freely. Errors are reported at the graph.
mlir::FailureOr<LevelledSplits>
levelSplits(GraphOp graph, const TrainingGraph &training,
            std::vector<scheduling::SplitRule> rules,
            const LevelOptions &options);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_LEVELLEDSPLITS_H
