//===- StalenessBound.h - Lower bounds of staleness -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No schedule of a period avoids this staleness, since the loop of each layer
// by itself must fit under its delays.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_STALENESSBOUND_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_STALENESSBOUND_H

#include "Activities.h"

namespace layerpipe::scheduling {

/// Returns a lower bound of the weighted staleness of all schedules of this
/// period, by the longest path from each layer's updates to its gradients. A
/// loop of 6 units with a period of 4, for instance, needs two delays, of which
/// one is the weights' and one is staleness. The heaviest layers come first, as
/// many as a bounded effort reaches; the rest count nothing.
Wide boundStaleness(const ActivityGraph &graph, int64_t period);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_STALENESSBOUND_H
