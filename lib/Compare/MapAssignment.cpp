//===- MapAssignment.cpp - One assignment for another graph ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MapAssignment.h"

#include <map>
#include <string_view>
#include <unordered_map>

namespace layerpipe::compare {

using namespace scheduling;

std::vector<int64_t> mapAssignment(const TaskGraph &from,
                                   const std::vector<int64_t> &assignment,
                                   const TaskGraph &to) {
  std::unordered_map<std::string_view, int64_t> ofName;
  std::map<int64_t, int64_t> ofLayer;
  for (size_t task = 0; task < from.tasks.size(); ++task)
    if (assignment[task] >= 0) {
      ofName[from.tasks[task].name] = assignment[task];
      ofLayer[from.tasks[task].layer] = assignment[task];
    }
  auto placeOf = [&](const Task &task) -> int64_t {
    if (task.kind == TaskKind::input)
      return -1;
    if (auto named = ofName.find(task.name); named != ofName.end())
      return named->second;
    if (auto layer = ofLayer.find(task.layer); layer != ofLayer.end())
      return layer->second;
    return ofLayer.empty() ? 0 : ofLayer.rbegin()->second;
  };
  std::vector<int64_t> mapped;
  for (const Task &task : to.tasks)
    mapped.push_back(placeOf(task));
  return mapped;
}

} // namespace layerpipe::compare
