//===- RandomGraphs.h - small random networks for property tests *- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMGRAPHS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMGRAPHS_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace layerpipe::testing {

/// How a random network is made.
enum class RandomShape {
  /// A chain of layers with skip connections, as most networks are.
  chain,
  /// Whatever the verifier allows: ops on parameters only, computed weights,
  /// weights that are activations, layers without parameters, branches and
  /// joins
  /// of unequal depth, values that nothing reads, labels that are an input,
  /// ops in any order.
  any
};

struct RandomGraphOptions {
  RandomShape shape = RandomShape::chain;
  /// The number of layers with weights is drawn from 1 to this; in graphs of
  /// any shape that of ops, before all that nothing reads is joined.
  int64_t maxLayers = 5;
  int64_t maxBatch = 3;
  /// Convolutions and pools before the fully connected part.
  bool images = true;
  /// Of any shape: labels may also be an input of the network, or missing where
  /// the loss compares to something else. Native programs want neither.
  bool anyLabels = true;
  /// Activations without kinks only (tanh, no relu, no max pool), as finite
  /// differences want them.
  bool smooth = false;
  /// Samples are also normalised by each other.
  bool acrossSamples = true;
};

/// A context with the dialect loaded, and nothing else.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// A module with one verified graph @net of phase forward: fully connected or
/// convolutional, with skip connections, values that are read several times,
/// layers with and without bias, parameters read by two layers, and either
/// loss. The same seed and options give the same graph on every platform.
mlir::OwningOpRef<mlir::ModuleOp>
randomForwardGraph(mlir::MLIRContext &context, uint64_t seed,
                   const RandomGraphOptions &options = {});

/// The only graph of `module`.
GraphOp onlyGraph(mlir::ModuleOp module);

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMGRAPHS_H
