//===- Tensor.h - the values that the interpreter computes with -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A tensor is a plain value here, row-major and without views, because the
// interpreter is written for reading and not for speed.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERPRETER_TENSOR_H
#define LAYERPIPE_INTERPRETER_TENSOR_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace layerpipe {

/// This is a dense row-major tensor of numbers or of 32-bit integers. The
/// numbers are those of f32, unless an interpreter computes in f64. Only the
/// vector of its element kind is filled.
struct Tensor {
  llvm::SmallVector<int64_t> shape;
  std::vector<double> numbers;
  std::vector<int32_t> integers;

  /// Returns a tensor of zeros with the shape and the element kind of `type`.
  static Tensor zeros(mlir::RankedTensorType type);
  static Tensor ofFloats(llvm::ArrayRef<int64_t> shape,
                         std::vector<float> elements);
  static Tensor ofIntegers(llvm::ArrayRef<int64_t> shape,
                           std::vector<int32_t> elements);

  bool hasType(mlir::RankedTensorType type) const;

  /// Returns an element of a 2-D or 4-D tensor of numbers.
  double &at(int64_t i, int64_t j) { return numbers[i * shape[1] + j]; }
  double at(int64_t i, int64_t j) const { return numbers[i * shape[1] + j]; }
  double &at(int64_t i, int64_t j, int64_t k, int64_t l) {
    return numbers[((i * shape[1] + j) * shape[2] + k) * shape[3] + l];
  }
  double at(int64_t i, int64_t j, int64_t k, int64_t l) const {
    return numbers[((i * shape[1] + j) * shape[2] + k) * shape[3] + l];
  }
};

/// A datum is one element of a stream: a tensor, or null where the stream is
/// absent. It is shared, so that delays and unchanged states copy nothing.
using Datum = std::shared_ptr<const Tensor>;

/// Returns whether two tensors are equal bit for bit. All NaNs count as equal;
/// 0.0 and -0.0 differ.
bool identical(const Tensor &a, const Tensor &b);
bool identical(const Datum &a, const Datum &b);

/// Returns a 32-bit checksum (FNV-1a) of shape and elements; all NaNs count as
/// equal.
uint32_t checksum(const Tensor &tensor);

/// Writes a datum as "absent", a scalar as "2.3026", or else as shape, checksum
/// and first elements: "2x3 #1a2b3c4d [0.5, -0.25, 1, 0.125, ...]". The text
/// never depends on the locale or on the sign of a NaN.
std::string toString(const Datum &datum);

} // namespace layerpipe

#endif // LAYERPIPE_INTERPRETER_TENSOR_H
