//===- OnnxExport.h - Trained networks as ONNX models -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TARGET_ONNXEXPORT_H
#define LAYERPIPE_TARGET_ONNXEXPORT_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Base/Result.h"

#include <map>
#include <string>
#include <vector>

namespace layerpipe {

/// Maps names of parameters to their elements, in row-major order.
using ParameterElements = std::map<std::string, std::vector<float>>;

/// Returns the bytes of an ONNX model, of operators' version 17, that computes
/// what a forward graph predicts: from "input" to "output", for the graph's
/// batch. Parameters are initializers of their names. They have the elements of
/// `trained` or, if that has none of them, those that the graph gives. The
/// error lists the ops that can't be written, or names a parameter whose
/// elements nothing says or that have another number.
base::Result<std::string> exportOnnx(GraphOp graph,
                                     const ParameterElements &trained);

} // namespace layerpipe

#endif // LAYERPIPE_TARGET_ONNXEXPORT_H
