//===- TensorReader.h - Tensors out of protobuf messages --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_TENSORREADER_H
#define LAYERPIPE_LIB_ONNX_TENSORREADER_H

#include "ExternalData.h"

namespace layerpipe::onnx {

class TensorReader {
public:
  /// `folder` has the files of tensors that are not in the message.
  explicit TensorReader(std::string folder) : files(std::move(folder)) {}

  /// Takes the elements out of the message, in whichever of ONNX's forms they
  /// are, so that they are not in memory twice. `what` names the tensor in
  /// errors: "initializer 'w'".
  Result<Tensor> take(proto::TensorProto &tensor, const std::string &what);

private:
  Result<Tensor> takeUnnamed(proto::TensorProto &tensor);

  ExternalFiles files;
};

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_TENSORREADER_H
