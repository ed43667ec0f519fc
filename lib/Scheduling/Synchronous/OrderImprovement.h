//===- OrderImprovement.h - Local search on an order ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_ORDERIMPROVEMENT_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_ORDERIMPROVEMENT_H

#include "PolicySearch.h"

#include <cstdint>

namespace layerpipe::scheduling {

/// Moves single actions of the best order to other places of their rows: into
/// gaps, or past their neighbours on the longest chain of waits. Accepts what
/// is a little longer, ever less so (Dueck and Scheuer's threshold accepting,
/// 1990), until the order meets the bound or `effort` actions have been timed.
void improveOrder(const GreedyContext &context, OrderEvaluator &evaluator,
                  int64_t bound, int64_t effort, uint64_t seed,
                  BestOrder &best);

/// Joins input and weight gradients of one microbatch to backward actions, row
/// by row, where that makes the order no longer: those that are neighbours, and
/// those of first stages, whose input gradient nobody reads.
void joinGradients(const GreedyContext &context, OrderEvaluator &evaluator,
                   BestOrder &best);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_ORDERIMPROVEMENT_H
