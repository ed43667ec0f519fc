//===- MapAssignment.h - One assignment for another graph -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Carries an assignment of whole layers over to a graph of the same network
// that is cut into other tasks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_MAPASSIGNMENT_H
#define LAYERPIPE_LIB_COMPARE_MAPASSIGNMENT_H

#include "layerpipe/Scheduling/TaskGraph.h"

#include <vector>

namespace layerpipe::compare {

/// Every task of `to` goes where the task of its name is in `from`, else
/// where its layer's last task is, else where the highest layer is; inputs go
/// nowhere (−1). O(V log V).
std::vector<int64_t> mapAssignment(const scheduling::TaskGraph &from,
                                   const std::vector<int64_t> &assignment,
                                   const scheduling::TaskGraph &to);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_MAPASSIGNMENT_H
