//===- NodeReader.h - Nodes out of protobuf messages ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_NODEREADER_H
#define LAYERPIPE_LIB_ONNX_NODEREADER_H

#include "TensorReader.h"
#include "layerpipe/Onnx/Model.h"

namespace layerpipe::onnx {

/// Reads the node that is the file's `index`-th, and takes the elements of its
/// tensors out of the message.
Result<Node> takeNode(proto::NodeProto &message, size_t index,
                      TensorReader &tensors);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_NODEREADER_H
