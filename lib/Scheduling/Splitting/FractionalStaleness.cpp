//===- FractionalStaleness.cpp - Stages of exact fractions ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/FractionalStaleness.h"

#include <algorithm>

namespace layerpipe::scheduling {

std::map<int64_t, Wide> workOfLayers(const TaskGraph &graph) {
  std::map<int64_t, Wide> work;
  for (const Task &task : graph.tasks)
    work[task.layer] += task.time;
  return work;
}

std::vector<int64_t> fractionalStaleness(const TaskGraph &graph,
                                         int64_t processors) {
  const std::map<int64_t, Wide> work = workOfLayers(graph);
  Wide all = 0;
  for (const auto &[layer, time] : work)
    all += time;
  std::map<int64_t, int64_t> late;
  Wide before = 0;
  for (const auto &[layer, time] : work) {
    Wide stage = all == 0 ? 0 : before * processors / all;
    late[layer] =
        static_cast<int64_t>(std::max<Wide>(processors - 1 - stage, 0));
    before += time;
  }
  std::vector<int64_t> staleness;
  for (const Parameter &parameter : graph.parameters)
    staleness.push_back(late[parameter.layer]);
  return staleness;
}

} // namespace layerpipe::scheduling
