//===- TaskProfile.h - Measured times of tasks ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The profile file, docs/profile-format.md.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_TASKPROFILE_H
#define LAYERPIPE_LIB_TRANSFORMS_TASKPROFILE_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Network/TaskTimes.h"

namespace layerpipe {

struct TaskProfile {
  /// Where it was read; empty for none.
  std::string path;
  network::TaskTimes times;

  std::optional<int64_t> timeOf(mlir::StringRef task) const {
    auto found = times.find(task.str());
    return found == times.end() ? std::nullopt : std::optional(found->second);
  }
  /// The measured task whose name is nearly that one.
  std::optional<std::string> nearestName(mlir::StringRef task) const;
};

/// The profile of that file; an empty one for an empty path. Fails with an
/// error at the graph that names the file and the place in it.
mlir::FailureOr<TaskProfile> readTaskProfile(GraphOp graph,
                                             const std::string &path);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_TASKPROFILE_H
