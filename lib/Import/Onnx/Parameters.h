//===- Parameters.h - Initializers as parameters ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file does not say which of its tensors are trained. PyTorch's newer
// exporter leaves a note that does; without it, every initializer of floats
// that has dimensions is a parameter.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_IMPORT_ONNX_PARAMETERS_H
#define LAYERPIPE_LIB_IMPORT_ONNX_PARAMETERS_H

#include "Values.h"
#include "layerpipe/Import/OnnxImport.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/GlobPattern.h"

#include <set>

namespace layerpipe::onnx {

/// Says what an op does with a parameter, on which a new one's start depends.
struct Role {
  enum Kind {
    /// It multiplies sums of `terms` terms, or is added to them.
    weight,
    /// It multiplies normalised values, or is added to them.
    scale,
    offset,
    other
  };
  Kind kind = other;
  int64_t terms = 0;
};

class Parameters {
public:
  /// Reads the note, and the patterns of `options`. The error says what of the
  /// model can't be trained.
  static Result<Parameters> create(const Model &model,
                                   const OnnxOptions &options);

  /// Returns whether the initializer is trained, unless the user freezes it.
  bool isParameter(const Initializer &initializer) const;
  /// Returns whether a constant that an op takes as its weight is one.
  bool takesConstants() const { return !hasNote; }

  /// Creates the parameter, detached if it isn't trained. The error says why
  /// the tensor can't be one.
  Result<mlir::Value> create(mlir::OpBuilder &builder, mlir::Location loc,
                             const std::string &name, const Tensor &tensor,
                             bool isTrained, Role role) const;

private:
  void readNote(const Model &model);
  Result<void> checkNames(const Model &model) const;
  bool isFrozen(const std::string &name) const;

  bool hasNote = false;
  bool reinitialize = false;
  /// PyTorch's names of the parameters.
  std::set<std::string> trained;
  std::vector<llvm::GlobPattern> frozen;
};

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_PARAMETERS_H
