//===- TaskProfile.h - Measured times of tasks ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This reads the profile file of docs/profile-format.md.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_TASKPROFILE_H
#define LAYERPIPE_LIB_TRANSFORMS_TASKPROFILE_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Network/TaskTimes.h"

namespace layerpipe {

struct TaskProfile {
  /// The profile was read from here; an empty path means that there is none.
  std::string path;
  network::TaskTimes times;

  std::optional<int64_t> timeOf(mlir::StringRef task) const {
    auto found = times.find(task.str());
    return found == times.end() ? std::nullopt : std::optional(found->second);
  }
  /// Returns the time of a task for a microbatch, whose number stands behind
  /// the name, as "@3". Where the file has none, all microbatches take that of
  /// the name alone.
  std::optional<int64_t> timeOf(mlir::StringRef task,
                                mlir::StringRef microbatch) const {
    std::optional<int64_t> own = timeOf((task + microbatch).str());
    return own ? own : timeOf(task);
  }
  /// Returns the measured task whose name is nearly that one.
  std::optional<std::string> nearestName(mlir::StringRef task) const;
};

/// Reads the profile of that file; returns an empty one for an empty path.
/// Fails with an error at the graph that names the file and the place in it.
mlir::FailureOr<TaskProfile> readTaskProfile(GraphOp graph,
                                             const std::string &path);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_TASKPROFILE_H
