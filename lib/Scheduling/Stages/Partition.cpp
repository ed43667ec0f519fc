//===- Partition.cpp - Contiguous pipeline stages -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is a binary search over the bottleneck with a greedy filling of stages.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Stages/Partition.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// Fills stages from the left up to `bottleneck`, leaving an item for each
/// later stage. The stage numbers exceed `stages` − 1 when it does not fit.
/// With weights 2, 3, 3 and two stages,
///
///   a bottleneck of 5 gives stages 0 0 1,
///   and one of 4 gives 0 1 2, which is a stage too many.
std::vector<int64_t> fillStages(const std::vector<int64_t> &weights,
                                int64_t stages, int64_t bottleneck) {
  int64_t count = weights.size();
  std::vector<int64_t> stage(count);
  int64_t current = 0, load = 0;
  for (int64_t item = 0; item < count; ++item) {
    bool full = load + weights[item] > bottleneck;
    bool itemsNeeded = count - item == stages - 1 - current;
    if (item > 0 && (full || itemsNeeded)) {
      ++current;
      load = 0;
    }
    load += weights[item];
    stage[item] = current;
  }
  return stage;
}

int64_t largestLoad(const std::vector<int64_t> &weights,
                    const std::vector<int64_t> &stage) {
  int64_t largest = 0, load = 0;
  for (size_t item = 0; item < weights.size(); ++item) {
    if (item > 0 && stage[item] != stage[item - 1])
      load = 0;
    load += weights[item];
    largest = std::max(largest, load);
  }
  return largest;
}

} // namespace

Result<Partition> partitionChain(const std::vector<int64_t> &weights,
                                 int64_t stages) {
  int64_t count = weights.size();
  if (stages < 1 || stages > count)
    return Error{fmt::format("{} items can be cut into 1 to {} stages, not {}",
                             count, count, stages)};
  int64_t sum = 0, low = 0;
  for (int64_t weight : weights) {
    if (weight < 0 || weight > maxTotalTime - sum)
      return Error{fmt::format("a stage weight is {}; weights must not be "
                               "negative, nor their sum exceed {}",
                               weight, maxTotalTime)};
    sum += weight;
    low = std::max(low, weight);
  }
  int64_t high = sum;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (fillStages(weights, stages, middle).back() < stages)
      high = middle;
    else
      low = middle + 1;
  }
  Partition partition;
  partition.stage = fillStages(weights, stages, high);
  partition.bottleneck = largestLoad(weights, partition.stage);
  return partition;
}

Status verify(const std::vector<int64_t> &weights, int64_t stages,
              const Partition &partition) {
  const std::vector<int64_t> &stage = partition.stage;
  if (stage.size() != weights.size() || stage.empty())
    return Error{fmt::format("the partition has {} items instead of {}",
                             stage.size(), weights.size())};
  if (stage.front() != 0 || stage.back() != stages - 1)
    return Error{fmt::format("the partition goes from stage {} to {} instead "
                             "of 0 to {}",
                             stage.front(), stage.back(), stages - 1)};
  for (size_t item = 1; item < stage.size(); ++item)
    if (stage[item] != stage[item - 1] && stage[item] != stage[item - 1] + 1)
      return Error{fmt::format("item {} is in stage {} after stage {}", item,
                               stage[item], stage[item - 1])};
  int64_t bottleneck = largestLoad(weights, stage);
  if (bottleneck != partition.bottleneck)
    return Error{fmt::format("the bottleneck is {}, not {}", bottleneck,
                             partition.bottleneck)};
  return Status::success();
}

std::vector<int64_t> layerLoads(const TaskGraph &graph) {
  int64_t layers = 0;
  for (const Task &task : graph.tasks)
    layers = std::max(layers, task.layer);
  std::vector<int64_t> loads(layers, 0);
  if (layers == 0)
    return loads;
  for (const Task &task : graph.tasks)
    loads[(task.layer > 0 ? task.layer : layers) - 1] += task.time;
  return loads;
}

} // namespace layerpipe::scheduling
