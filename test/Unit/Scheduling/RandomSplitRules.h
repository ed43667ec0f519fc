//===- RandomSplitRules.h - Split rules for tests ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_RANDOMSPLITRULES_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_RANDOMSPLITRULES_H

#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <random>

namespace layerpipe::scheduling::test {

/// As linear layers have them, for every forward, grad_input and grad_weight:
/// by `batch` samples, of which weight gradients are sums, and by `channels`
/// on the side of the input (forwards have none of these).
std::vector<SplitRule> makeSplitRules(const TaskGraph &graph, int64_t batch,
                                      int64_t channels);

/// Some of the split rules, of different tasks, cut at random.
std::vector<Split> drawSplits(std::mt19937_64 &random, const TaskGraph &graph,
                              const std::vector<SplitRule> &rules);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_RANDOMSPLITRULES_H
