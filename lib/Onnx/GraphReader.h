//===- GraphReader.h - Graphs out of protobuf messages ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_GRAPHREADER_H
#define LAYERPIPE_LIB_ONNX_GRAPHREADER_H

#include "TensorReader.h"
#include "layerpipe/Onnx/Model.h"

namespace layerpipe::onnx {

/// Reads a graph and takes the elements of its tensors out of the message. Its
/// nodes keep the order of the file; `sortNodes` checks and sorts them.
Result<Graph> takeGraph(proto::GraphProto &message, TensorReader &tensors);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_GRAPHREADER_H
