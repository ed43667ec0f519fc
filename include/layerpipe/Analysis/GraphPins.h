//===- GraphPins.h - The pins of a graph ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_GRAPHPINS_H
#define LAYERPIPE_ANALYSIS_GRAPHPINS_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Machine/NamedPins.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <cstdint>
#include <vector>

namespace layerpipe {

/// Returns the pins of the graph, by the names of layers.
machine::NamedPins pinsOf(GraphOp graph);

/// Gives the graph these pins. No pins are the absence of the attribute.
void setPins(GraphOp graph, const machine::NamedPins &pins);

/// Returns the pins by the numbers of layers in the graph's tasks. Fails with
/// an error at the graph on a layer that these lack.
mlir::FailureOr<scheduling::LayerPins>
resolvePins(GraphOp graph, const scheduling::TaskGraph &tasks);

/// Fails with an error at the graph that begins with `prefix`, and names the
/// first task that is not where the graph's pins want its layer.
mlir::LogicalResult verifyPins(GraphOp graph, llvm::StringRef prefix,
                               const scheduling::TaskGraph &tasks,
                               const std::vector<int64_t> &assignment);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_GRAPHPINS_H
