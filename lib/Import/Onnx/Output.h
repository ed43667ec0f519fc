//===- Output.h - Which outputs are trained, by which loss ------*- C++ -*-===//
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

/// An output that is trained.
struct Head {
  std::string name;       ///< The user knows the output by it.
  std::string prediction; ///< The loss reads this value.
  OutputLoss loss;
};

struct Output {
  /// These are compared with labels that the file doesn't have. The first is
  /// scored by evaluations.
  std::vector<Head> heads = {};
  /// The file's loss, where nodes of the file compute one; then there are no
  /// heads.
  std::string loss = {};
  /// The inputs that hold the labels of losses in the file.
  std::vector<std::string> labels = {};
};

/// Chooses the outputs that are trained, and removes from the model whatever
/// they don't depend on. A final softmax is removed, too: the loss contains it.
Result<Output> chooseOutput(Model &model, const OnnxOptions &options);

/// Returns a prediction as the loss needs it: a row for each sample, or for a
/// cross-entropy the classes behind the samples.
Result<mlir::Value> predictionRows(mlir::OpBuilder &builder, mlir::Location loc,
                                   mlir::Value prediction,
                                   const std::string &loss);

/// Lets a layerpipe.total_loss compute what the file computes from losses,
/// which is their sum with weights. A single loss stays as it is.
Result<void> joinLosses(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value loss);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_OUTPUT_H
