//===- ModuloScheduling.h - Iterative modulo scheduling ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rau's algorithm: activities in order of their height are placed at the first
// instant that their operands and their resource allow; where there is none,
// what is in the way gives way and is placed again.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_MODULOSCHEDULING_H
#define LAYERPIPE_LIB_SCHEDULING_MODULOSCHEDULING_H

#include "Activities.h"

#include <optional>

namespace layerpipe::scheduling {

/// Instants for all activities at this period, with every dependence held, or
/// none when the effort is spent; that proves nothing. Dependences of a group
/// are ignored when `ignoreGroups`, and else have distance 0.
/// Rau, "Iterative modulo scheduling", MICRO 1994.
std::optional<Starts> placeModulo(const ActivityGraph &graph, int64_t period,
                                  bool ignoreGroups);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_MODULOSCHEDULING_H
