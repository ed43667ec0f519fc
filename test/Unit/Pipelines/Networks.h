//===- Networks.h - random networks and their schedules ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_PIPELINES_NETWORKS_H
#define LAYERPIPE_TEST_UNIT_PIPELINES_NETWORKS_H

#include "Support/RandomGraphs.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

#include <string>

namespace layerpipe::testing {

/// How a network is scheduled.
struct Setting {
  std::string strategy;
  int64_t processors;
};

/// A network of any shape, small enough to be interpreted quickly.
inline mlir::OwningOpRef<mlir::ModuleOp>
makeNetwork(mlir::MLIRContext &context, uint64_t seed, bool anyLabels) {
  RandomGraphOptions options;
  options.anyLabels = anyLabels;
  options.shape = RandomShape::any;
  options.maxLayers = 7;
  options.maxBatch = 2;
  return randomForwardGraph(context, seed, options);
}

/// Runs the whole pipeline from a forward graph to a verified schedule.
inline mlir::LogicalResult schedule(mlir::ModuleOp module,
                                    const Setting &setting) {
  PipelineOptions options;
  options.processors = setting.processors;
  options.strategy = setting.strategy;
  // Networks this small have few channels.
  options.splitQuantum = 1;
  mlir::PassManager passes(module.getContext());
  buildLayerpipePipeline(passes, options);
  return passes.run(module);
}

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_PIPELINES_NETWORKS_H
