//===- Obstacle.h - What stands in the way of a better answer ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An obstacle is the part of a problem that forbids an answer, or a better one.
// It is named so that it can be printed, and so that a checker can compute it
// again.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_OBSTACLE_H
#define LAYERPIPE_SCHEDULING_MODEL_OBSTACLE_H

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

struct Obstacle {
  enum class Kind {
    none,
    /// The times of `edges`, in order, do not fit under their delays.
    cycle,
    /// `task` alone is too long.
    task,
    /// `task` may be cut, but its smallest slice is still too long.
    slice,
    /// All tasks together are too much for all processors together.
    work,
    /// The work of `processor` takes too long.
    processor,
    /// The values that `processor` and `other` exchange take too long.
    link,
    /// The values that `processor` holds do not fit its memory.
    memory,
    /// Gradients must not be as late as it would take.
    staleness,
    /// The layers that are pinned to `processor` take too long.
    pins
  };
  Kind kind = Kind::none;
  std::vector<int64_t> edges = {};
  int64_t task = -1;
  int64_t processor = -1;
  int64_t other = -1;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_OBSTACLE_H
