//===- Proto.h - The protobuf classes of ONNX -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ONNX's classes have the namespace ::onnx, which code in layerpipe::onnx
// could not name without the colons in front.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_PROTO_H
#define LAYERPIPE_LIB_ONNX_PROTO_H

#include <onnx/onnx_pb.h>

namespace layerpipe::onnx {
namespace proto = ::onnx;
} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_PROTO_H
