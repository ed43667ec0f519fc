//===- ExternalData.h - Tensors in files of their own -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_EXTERNALDATA_H
#define LAYERPIPE_LIB_ONNX_EXTERNALDATA_H

#include "MappedFile.h"
#include "Proto.h"
#include "layerpipe/Onnx/Tensor.h"

#include <map>

namespace layerpipe::onnx {

/// Finds the bytes of tensors that a model keeps in files beside it. A path
/// comes from the model, so it may name files in the model's folder and below
/// it only, also through symbolic links.
class ExternalFiles {
public:
  /// With the folder "", every file is refused.
  explicit ExternalFiles(std::string folder) : folder(std::move(folder)) {}

  /// Returns the tensor of that type, which takes so many bytes, whose place
  /// `tensor` tells. Errors don't name the tensor.
  Result<Tensor> read(const proto::TensorProto &tensor, TensorType type,
                      int64_t bytes);

private:
  using File = std::shared_ptr<const MappedFile>;
  Result<File> open(const std::string &location);
  Result<std::string> resolve(const std::string &location) const;

  std::string folder;
  std::map<std::string, File> files; ///< by location
};

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_EXTERNALDATA_H
