//===- Output.h - Which output is trained, by which loss --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_IMPORT_ONNX_OUTPUT_H
#define LAYERPIPE_LIB_IMPORT_ONNX_OUTPUT_H

#include "layerpipe/Import/OnnxImport.h"
#include "mlir/IR/Builders.h"

namespace layerpipe::onnx {

struct Output {
  /// The loss reads this value. It is empty where a node of the file computes
  /// the loss.
  std::string prediction = {};
  /// "cross-entropy", "mse", or nothing where the file has the loss.
  std::string loss = {};
  /// The input that holds the labels of a loss in the file.
  std::string labels = {};
};

/// Chooses the output that is trained, and removes from the model whatever it
/// doesn't depend on. A final softmax is removed, too: the loss contains it.
Result<Output> chooseOutput(Model &model, const OnnxOptions &options);

/// Returns a prediction with one row for each sample, as the loss needs it.
Result<mlir::Value> predictionRows(mlir::OpBuilder &builder, mlir::Location loc,
                                   mlir::Value prediction,
                                   const std::string &loss);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_OUTPUT_H
