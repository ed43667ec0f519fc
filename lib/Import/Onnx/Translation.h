//===- Translation.h - A graph while it is translated -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nodes are taken one after the other. One whose operands are constants is
// folded; another one becomes ops. One that can't be taken is noted, and so the
// user learns of all of them at once.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_IMPORT_ONNX_TRANSLATION_H
#define LAYERPIPE_LIB_IMPORT_ONNX_TRANSLATION_H

#include "Parameters.h"
#include "Values.h"
#include "layerpipe/Import/OnnxImport.h"

#include <unordered_map>

namespace layerpipe::onnx {

class Translation {
public:
  Translation(const Model &model, const Parameters &parameters,
              const OnnxOptions &options, mlir::OpBuilder builder);

  /// Says what a name stands for.
  void define(const std::string &name, Imported value) {
    values[name] = std::move(value);
  }
  /// Says how many samples the file was made for; nobody knows if it is 0.
  void setBatches(int64_t ofFile, int64_t ofNetwork) {
    fileBatch = ofFile;
    batch = ofNetwork;
  }
  void translate(const Node &node);

  /// Returns what a name stands for.
  Imported &find(const std::string &name) { return values[name]; }
  /// Returns how many nodes and outputs read a value.
  int64_t countReaders(const std::string &name) const;
  /// Makes a parameter of a constant that a node takes as its weight, unless
  /// the file says which tensors are parameters.
  void takeAsParameter(Imported &constant, const std::string &name);
  /// Returns the value of a parameter or a constant, which it creates when it
  /// is read first.
  Result<mlir::Value> materialize(Imported &imported, const std::string &name,
                                  Role role);

  /// Returns the sentences about nodes that can't be taken.
  const std::vector<std::string> &refusals() const { return refused; }
  void refuse(const Node &node, const std::string &why);

  bool trainsBatchNorm() const { return options.trainBatchNorm; }
  /// Returns whether running variances move as PyTorch's do.
  bool hasUnbiasedRunningVariance() const;
  bool trainsDropout() const { return options.trainDropout; }
  /// Returns a key that no other op draws with.
  int64_t nextDrawKey() { return drawKeys++; }
  int64_t batchOfFile() const { return fileBatch; }
  int64_t batchOfNetwork() const { return batch; }
  int64_t opset() const { return model.opset(); }
  mlir::OpBuilder &ops() { return builder; }

private:
  bool fold(const Node &node);

  const Model &model;
  const Parameters &parameters;
  const OnnxOptions &options;
  mlir::OpBuilder builder;
  std::unordered_map<std::string, Imported> values;
  std::unordered_map<std::string, int64_t> readers;
  std::vector<std::string> refused;
  int64_t fileBatch = 0;
  int64_t batch = 0;
  int64_t drawKeys = 0;
};

/// Returns the type of an f32 tensor, or of a constant.
TensorType typeOf(const Imported &imported);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_TRANSLATION_H
