//===- CommunicationBound.h - Bytes that must travel ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This bounds the bytes between processors that no choice of splits and
// processors saves.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_COMMUNICATIONBOUND_H
#define LAYERPIPE_SCHEDULING_SPLITTING_COMMUNICATIONBOUND_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"

#include <cstdint>

namespace layerpipe::scheduling {

/// Returns a bound of the communication: no split, assignment and schedule of
/// this period, or a shorter one, moves fewer bytes between processors. It
/// comes from minimum cuts around one processor's work, with the work that it
/// and the others must have (CommunicationBound.cpp has the proof), or from
/// what layers that are pinned to different processors send each other. It is
/// 0, which is always true, for more than 2,000 tasks, and where one processor
/// can do all. The problem must have passed check(). Complexity: some hundred
/// maximum flows.
int64_t boundCommunication(const JointProblem &problem, int64_t period);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_COMMUNICATIONBOUND_H
