//===- Cast.h - Tensors of one type as another ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_FOLD_CAST_H
#define LAYERPIPE_LIB_ONNX_FOLD_CAST_H

#include "Folding.h"

namespace layerpipe::onnx {

/// Converts a tensor as Cast does.
std::optional<Tensor> castTensor(Folding &folding, const Tensor &tensor,
                                 ElementType to);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_FOLD_CAST_H
