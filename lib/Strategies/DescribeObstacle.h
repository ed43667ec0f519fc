//===- DescribeObstacle.h - Limits of schedules in words --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_STRATEGIES_DESCRIBEOBSTACLE_H
#define LAYERPIPE_LIB_STRATEGIES_DESCRIBEOBSTACLE_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"

#include <cstdint>
#include <string>

namespace layerpipe::strategies {

/// Says that the layers that are pinned to the processor keep it busy.
std::string describePins(int64_t processor);

/// Says what keeps the period of an answer from being shorter.
std::string describeObstacle(const scheduling::JointProblem &problem,
                             const scheduling::JointSchedule &answer);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_LIB_STRATEGIES_DESCRIBEOBSTACLE_H
