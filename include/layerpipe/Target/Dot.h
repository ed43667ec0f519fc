//===- Dot.h - training graphs as pictures ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TARGET_DOT_H
#define LAYERPIPE_TARGET_DOT_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "llvm/Support/raw_ostream.h"

namespace layerpipe {

/// Writes the graph in Graphviz's DOT language. It has a node for each task (or
/// op, before tasks are formed), coloured by kind and, once there are
/// processors, boxed by processor. It has an edge for each stream, labelled
/// with its delays where it has any. Parameters' initial values are left out.
/// Fails where delays of one chain have different initial values.
mlir::LogicalResult exportDot(GraphOp graph, llvm::raw_ostream &output);

} // namespace layerpipe

#endif // LAYERPIPE_TARGET_DOT_H
