//===- ApplySchedule.h - A static schedule as the IR says it ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule that a strategy made, or that a file holds, says everything that
// is to be done to a network. This does it to the IR.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_APPLYSCHEDULE_H
#define LAYERPIPE_LIB_TRANSFORMS_APPLYSCHEDULE_H

#include "layerpipe/Machine/MachineDescription.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Transforms/NetworkForms.h"

namespace layerpipe {

/// Returns the form whose tasks the schedule has, whole or in parts. Fails at
/// the graph, with the first task that differs, if there is none.
mlir::FailureOr<strategies::TaskForm>
findForm(GraphOp graph, const NetworkForms &forms,
         const scheduling::StaticSchedule &schedule);

/// Replaces the body of `graph` by that form, cuts its tasks, delays its
/// gradients, and gives every task its time, its processor and its place. The
/// schedule must have passed check(). Consumes the form. Fails at the graph,
/// with the first task or edge that differs, where the schedule is of another
/// network, where a task can't be cut so, and where the schedule breaks a pin
/// of the graph or a rule on this machine, whose speeds are the schedule's. The
/// graph is undefined then.
mlir::LogicalResult applySchedule(GraphOp graph, NetworkForms &forms,
                                  strategies::TaskForm form,
                                  const scheduling::StaticSchedule &schedule,
                                  machine::MachineDescription machine);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_APPLYSCHEDULE_H
