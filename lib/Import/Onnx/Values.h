//===- Values.h - What the names in an ONNX graph stand for -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_IMPORT_ONNX_VALUES_H
#define LAYERPIPE_LIB_IMPORT_ONNX_VALUES_H

#include "layerpipe/Onnx/Tensor.h"
#include "mlir/IR/Value.h"

#include <optional>

namespace layerpipe::onnx {

/// A name stands for a constant, for a parameter, for a value that ops compute,
/// or for something that could not be taken.
/// These are random numbers of which a node is about to make something.
struct Draw {
  Extents extents;
  /// Has 1 with this probability and 0 otherwise; without it, the number is
  /// uniform between 0 and 1.
  std::optional<double> keep = std::nullopt;
  /// All is multiplied by this.
  double factor = 1;
};

struct Imported {
  /// The name that a parameter has in the file; other names may stand for it,
  /// too.
  std::string parameter = {};
  /// A constant or a parameter has these elements.
  std::optional<Tensor> tensor = std::nullopt;
  /// This is null for a constant or a parameter that no op reads so far.
  mlir::Value value = {};
  std::optional<Draw> draw = std::nullopt;

  bool isUnknown() const { return !tensor && !value && !draw; }
  /// Returns whether nodes that read it may be folded.
  bool isConstant() const { return tensor && parameter.empty(); }
};

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_VALUES_H
