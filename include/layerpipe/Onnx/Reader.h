//===- Reader.h - Reading ONNX files ----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files come from anywhere, so everything in them is checked before it is used.
// docs/onnx.md says what is read and what is refused.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ONNX_READER_H
#define LAYERPIPE_ONNX_READER_H

#include "layerpipe/Onnx/Model.h"

namespace layerpipe::onnx {

/// The reader takes models whose default operators have one of these versions.
inline constexpr int64_t leastOpset = 7, mostOpset = 23;

/// Reads the model at `path`. Tensors that it keeps in files of their own are
/// mapped, which takes memory for the parts that are used; such a file must not
/// become shorter while a tensor of it exists. Everything else of the model is
/// in memory once, and for a moment up to twice.
Result<Model> readModel(const std::string &path);

/// Reads the bytes of a model. `origin` names them in errors. Tensors in files
/// of their own are looked for in `folder`, and refused if that is "".
Result<Model> parseModel(std::string_view bytes, const std::string &origin,
                         const std::string &folder = "");

/// Reads the bytes of a tensor alone, as ONNX's test data has them.
Result<Tensor> parseTensor(std::string_view bytes, const std::string &origin);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_ONNX_READER_H
