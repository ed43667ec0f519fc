//===- StalenessBound.h - Lower bounds of staleness -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What staleness no schedule of a period avoids: the loop of each layer by
// itself must fit under its delays.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_STALENESSBOUND_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_STALENESSBOUND_H

#include "Activities.h"

namespace layerpipe::scheduling {

/// A lower bound of the weighted staleness of all schedules of this period, by
/// the longest path from each layer's updates to its gradients. The heaviest
/// layers first, as many as a bounded effort reaches; the rest count nothing.
Wide boundStaleness(const ActivityGraph &graph, int64_t period);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_STALENESSBOUND_H
