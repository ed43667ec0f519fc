//===- LayerpipeLoops.h - loops over scalars --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LoopOpInterface speaks in these values. An op's loops say for each operand
// and result which element an iteration touches, in the manner of linalg's
// indexing maps; with the scalar body they are the op's only definition. The
// interpreter, native code, traffic and the rules of splitting follow from it.
//
// For example, the sum of x [4, 3] over its rows, y [1, 3], is
//
//   extents 4, 3;  x: (i, j) -> (i, j);  y: (i, j) -> (0, j);  combiner sum
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPELOOPS_H
#define LAYERPIPE_IR_LAYERPIPELOOPS_H

#include "Layerpipe/IR/LayerpipeParts.h"
#include "mlir/IR/AffineMap.h"

namespace layerpipe {

/// This says how the iterations that touch one element of a result make it.
enum class Combiner {
  /// There is one iteration for each element.
  none,
  /// The element is the sum of what its iterations yield, in their order.
  sum,
  /// The element is that sum, divided by the number of iterations.
  mean,
  /// The element is the largest that its iterations yield; NaN is larger than
  /// any number.
  maximum
};

/// A nest of loops over the positions below `extents`, the last dimension
/// fastest. Each map takes a position to an element of an operand or result.
/// Its results are linear in the dimensions with whole coefficients.
struct LoopNest {
  llvm::SmallVector<int64_t> extents;
  llvm::SmallVector<mlir::AffineMap> operands;
  llvm::SmallVector<mlir::AffineMap> results;
  Combiner combiner = Combiner::none;
  /// Where maps lead outside of an operand, this is read. Without it no map
  /// does.
  std::optional<double> outside;

  /// Returns the loops over the positions of `domain`'s shape. An operand or
  /// result of fewer dimensions, or of size 1 where `domain` is longer, is
  /// repeated there, as NumPy broadcasts it.
  static LoopNest broadcasting(mlir::Operation *op, mlir::Value domain,
                               Combiner combiner = Combiner::none);

  int64_t iterations() const;
  /// Returns how many iterations make one element of the first result.
  int64_t combined() const;
};

/// Formulas compute with these scalars beside their operands. Those of updates
/// are the same at all positions of one iteration.
struct LoopScalars {
  /// This is the step size of the iteration.
  mlir::Value learningRate;
  /// This counts the updates that the run has made of these states so far, this
  /// one included. Iterations without a gradient make none.
  mlir::Value updates;
  /// An op that draws has a number here, uniform in [0, 1), of its own at each
  /// position and in each iteration; others have none.
  mlir::Value draw;
};

/// Tells where an operand or result of `shape` lies in memory, counted in
/// elements of its rows: an iteration touches the element at offset + Σ
/// strides[d] · i[d].
struct LinearAccess {
  llvm::SmallVector<int64_t> strides;
  int64_t offset = 0;

  bool operator==(const LinearAccess &) const = default;
};
LinearAccess linearAccess(mlir::AffineMap map, llvm::ArrayRef<int64_t> shape);

/// An index along one dimension of an operand must be at least 0 and below
/// `size`.
struct IndexBound {
  LinearAccess index;
  int64_t size = 0;
};
/// Returns the indices that may lie outside of an operand of `shape` while the
/// position is below `extents`.
llvm::SmallVector<IndexBound> boundsOf(mlir::AffineMap map,
                                       llvm::ArrayRef<int64_t> shape,
                                       llvm::ArrayRef<int64_t> extents);

/// Returns whether element k of every result depends only on elements k of the
/// operands, and all have one size. Such an op may write its result over an
/// operand.
bool isElementwise(mlir::Operation *op);

/// Returns whether one loop can make what `maker` computes and compute from it
/// the op that has the operand `read`: each position reads what was made at
/// that position, and that is not combined with others. The value then stays in
/// a register.
bool isReadInOneLoop(mlir::Operation *maker, mlir::OpOperand &read);

/// Returns how an op of loops may be split: dimension 0 of the loops is the
/// batch and dimension 1 the channels. Along a dimension that every map either
/// passes on as it is, or leaves out, parts are concatenated where the results
/// have it, and summed where a sum runs over it.
llvm::SmallVector<OpSplitRule> loopSplitRules(mlir::Operation *op);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPELOOPS_H
