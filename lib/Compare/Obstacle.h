//===- Obstacle.h - What limits a split schedule, in words ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_OBSTACLE_H
#define LAYERPIPE_LIB_COMPARE_OBSTACLE_H

#include "layerpipe/Scheduling/Splitting/SplitSchedule.h"

#include <string>

namespace layerpipe::compare {

/// Says what keeps the period of an answer from being shorter.
std::string describeObstacle(const scheduling::SplitScheduleProblem &problem,
                             const scheduling::SplitSchedule &answer);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_OBSTACLE_H
