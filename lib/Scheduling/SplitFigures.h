//===- SplitFigures.h - What a schedule costs -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITFIGURES_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITFIGURES_H

#include "layerpipe/Scheduling/SplitSchedule.h"

namespace layerpipe::scheduling {

/// Bytes stop at the largest integer. The solution must be valid.
ScheduleFigures figuresOf(const CyclicProblem &problem,
                          const CyclicSolution &solution);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITFIGURES_H
