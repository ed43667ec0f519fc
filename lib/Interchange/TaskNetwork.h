//===- TaskNetwork.h - Graphs and schedules in one form ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_INTERCHANGE_TASKNETWORK_H
#define LAYERPIPE_LIB_INTERCHANGE_TASKNETWORK_H

#include "layerpipe/Interchange/SchedulingTools.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::interchange {

/// This is a task graph without inputs, and perhaps with a schedule.
struct TaskNetwork {
  struct Task {
    std::string name;
    int64_t time = 0;
    int64_t processor = 0;
    /// Is where the task starts within the period, and in which period.
    int64_t start = 0;
    int64_t lag = 0;
  };
  struct Edge {
    int64_t from = 0;
    int64_t to = 0;
    int64_t distance = 0;
  };

  std::string name;
  std::vector<Task> tasks;
  /// Edges are sorted by their reader, then by their maker, which differ from
  /// edge to edge.
  std::vector<Edge> edges;
  /// Give the tasks of each processor in order, and its number; there are none
  /// without a schedule.
  std::vector<std::vector<int64_t>> orders;
  std::vector<int64_t> processors;
  /// Is 0 without a schedule.
  int64_t period = 0;
};

TaskNetwork networkOf(const scheduling::TaskGraph &graph,
                      std::string_view name);
TaskNetwork networkOf(const scheduling::StaticSchedule &schedule);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_LIB_INTERCHANGE_TASKNETWORK_H
