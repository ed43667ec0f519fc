//===- Partition.h - Contiguous pipeline stages -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This divides a plain chain of loads into contiguous stages of least
// bottleneck. StagePartition.h does the same for graphs of layers, with
// transfers. A chain of 2, 3 and 3 in two stages gives
//
//   [2 3] [3]      bottleneck 5, where [2] [3 3] has 6
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_STAGES_PARTITION_H
#define LAYERPIPE_SCHEDULING_STAGES_PARTITION_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

struct Partition {
  /// Each item has its stage here, from 0, never decreasing. Every stage has at
  /// least one item.
  std::vector<int64_t> stage;
  /// This is the largest stage load.
  int64_t bottleneck = 0;
};

/// Cuts `weights` into exactly `stages` contiguous, non-empty stages with the
/// least possible largest stage load. The answer is optimal.
///
/// Complexity: O(n log Σw), by binary search over the bottleneck.
///
/// Fails unless 1 ≤ stages ≤ n, and on a negative weight or a sum above
/// maxTotalTime.
///
/// Harlap et al., "PipeDream", arXiv 1806.03377 (A(j, m) with one worker per
/// stage and free communication).
Result<Partition> partitionChain(const std::vector<int64_t> &weights,
                                 int64_t stages);

/// Checks that the stages are contiguous, non-empty and have that bottleneck.
Status verify(const std::vector<int64_t> &weights, int64_t stages,
              const Partition &partition);

/// Returns the load of every layer 1 … L, the sum of its tasks' times, at index
/// l − 1. The time of tasks that belong to no layer goes to the last layer (the
/// loss) unless they are inputs.
std::vector<int64_t> layerLoads(const TaskGraph &graph);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_STAGES_PARTITION_H
