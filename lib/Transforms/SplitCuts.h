//===- SplitCuts.h - Where a task is cut ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_SPLITCUTS_H
#define LAYERPIPE_LIB_TRANSFORMS_SPLITCUTS_H

#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

namespace layerpipe {

/// Cuts `rule` into `parts` of near-equal length, on multiples of its quantum,
/// or into fewer where there are too few of these. A length of 10 in 3 parts is
/// cut at 3 and 7 with a quantum of 1, and at 4 and 8 with a quantum of 4.
std::vector<int64_t> equalCuts(const scheduling::SplitRule &rule,
                               int64_t parts);

/// Returns the splits that "fc2.grad_input:input_channels:256,512;…" names.
/// Fails with an error at the graph or the task that says what is wrong, and
/// what would be right.
mlir::FailureOr<std::vector<scheduling::Split>>
parseCuts(GraphOp graph, const TrainingGraph &training,
          const std::vector<scheduling::SplitRule> &rules,
          llvm::StringRef text);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_SPLITCUTS_H
