//===- FractionalStaleness.cpp - Stages of exact fractions ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/FractionalStaleness.h"

#include <algorithm>
#include <map>

namespace layerpipe::scheduling {

std::vector<int64_t> fractionalStaleness(const TaskGraph &graph,
                                         int64_t processors) {
  std::map<int64_t, Wide> work;
  Wide all = 0;
  for (const Task &task : graph.tasks) {
    work[task.layer] += task.time;
    all += task.time;
  }
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
