//===- NodeOrder.h - Nodes after those that they read -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_NODEORDER_H
#define LAYERPIPE_LIB_ONNX_NODEORDER_H

#include "layerpipe/Onnx/Model.h"

namespace layerpipe::onnx {

/// Checks that each value is defined once and each value that is read is
/// defined at all. Then puts every node behind those that it reads, in linear
/// time. Nodes that are in such an order already keep it, and a node that must
/// wait moves behind the last one that it waits for. Fails, too, on nodes that
/// read each other in a cycle, and names them.
Result<void> sortNodes(Graph &graph);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_NODEORDER_H
