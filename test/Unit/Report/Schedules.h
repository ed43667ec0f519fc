//===- Schedules.h - Small schedules for tests ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_REPORT_SCHEDULES_H
#define LAYERPIPE_TEST_UNIT_REPORT_SCHEDULES_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>

namespace layerpipe::report::test {

/// The schedule of a problem that the seed chooses: a training chain with skip
/// connections on two or three processors, with links of some bandwidth.
scheduling::StaticSchedule makeRandomSchedule(uint64_t seed);

/// A chain of four layers on two processors.
scheduling::StaticSchedule makeChainSchedule();

} // namespace layerpipe::report::test

#endif // LAYERPIPE_TEST_UNIT_REPORT_SCHEDULES_H
