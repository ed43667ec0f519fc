//===- PipelineProblems.h - Problems that tests share -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_SYNCHRONOUS_PIPELINEPROBLEMS_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_SYNCHRONOUS_PIPELINEPROBLEMS_H

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <string>

namespace layerpipe::scheduling::test {

/// Sanitizers make programs some ten times slower; tests of many random
/// problems, or of large ones, have fewer then.
#ifdef LAYERPIPE_SANITIZED
inline constexpr int64_t slowness = 10;
#else
inline constexpr int64_t slowness = 1;
#endif

/// Makes a chain of equal stages, each on a processor of its own, with unit
/// times and unit memory of activations.
PipelineProblem unitChain(int64_t stages, int64_t microbatches);

/// Reads an order from rows of actions such as "0F0 0B0"; rows end with ";". An
/// action with "+" overlaps the next one.
PipelineOrder orderOf(const std::string &text);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_SYNCHRONOUS_PIPELINEPROBLEMS_H
