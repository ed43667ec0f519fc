//===- GraphMachine.h - The machine of a graph ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the step between the attribute #layerpipe.machine and the machines of
// the scheduling core, in both directions.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_GRAPHMACHINE_H
#define LAYERPIPE_ANALYSIS_GRAPHMACHINE_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Machine/MachineDescription.h"

namespace layerpipe {

/// Returns what a machine attribute says, and equal processors with one shared
/// memory for no attribute.
machine::MachineDescription describeMachine(std::optional<MachineAttr> machine);

/// Returns the machine of a graph on so many processors. Fails with an error at
/// the graph if they don't fit the machine that it has.
mlir::FailureOr<scheduling::Machine> machineOf(GraphOp graph,
                                               int64_t processors);

/// Gives the graph this machine. A machine of equal processors with one shared
/// memory is the absence of the attribute.
void setMachine(GraphOp graph, const scheduling::Machine &machine);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_GRAPHMACHINE_H
