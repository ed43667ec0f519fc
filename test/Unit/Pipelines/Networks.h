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

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>

namespace layerpipe::testing {

/// How a network is scheduled.
struct Setting {
  std::string strategy;
  int64_t processors;
  std::string optimizer = "sgd";
  /// Where there are several, each has two samples.
  int64_t microbatches = 1;
  /// Gradients have this norm at most; any if it is empty.
  std::string clipNorm = {};
};

/// What the environment variable LAYERPIPE_RANDOM_NETWORKS asks for, or null.
inline const char *askedNetworks() {
  return std::getenv("LAYERPIPE_RANDOM_NETWORKS");
}

/// The first seed of the networks to try, and the one after the last: 0 and
/// `usual`, or as LAYERPIPE_RANDOM_NETWORKS says, "10000" or "5000-10000".
inline std::pair<uint64_t, uint64_t> seeds(uint64_t usual) {
  const char *given = askedNetworks();
  if (!given)
    return {0, usual};
  llvm::StringRef first = "0", last = given;
  if (last.contains('-'))
    std::tie(first, last) = last.split('-');
  std::pair<uint64_t, uint64_t> range;
  EXPECT_FALSE(first.getAsInteger(10, range.first) ||
               last.getAsInteger(10, range.second))
      << "LAYERPIPE_RANDOM_NETWORKS=" << given;
  return range;
}

/// A network of any shape, small enough to be interpreted quickly.
inline mlir::OwningOpRef<mlir::ModuleOp> makeNetwork(mlir::MLIRContext &context,
                                                     uint64_t seed,
                                                     bool anyLabels,
                                                     int64_t maxLayers = 7) {
  RandomGraphOptions options;
  options.anyLabels = anyLabels;
  options.shape = RandomShape::any;
  options.maxLayers = maxLayers;
  options.maxBatch = 2;
  return randomForwardGraph(context, seed, options);
}

/// Runs the whole pipeline from a forward graph to a verified schedule.
inline mlir::LogicalResult schedule(mlir::ModuleOp module,
                                    const Setting &setting) {
  PipelineOptions options;
  options.processors = setting.processors;
  options.strategy = setting.strategy;
  options.optimizer = setting.optimizer;
  options.microbatches = setting.microbatches;
  options.clipNorm = setting.clipNorm;
  if (setting.microbatches > 1)
    options.batch = 2 * setting.microbatches;
  // Networks this small have few channels.
  options.splitQuantum = 1;
  mlir::PassManager passes(module.getContext());
  buildLayerpipePipeline(passes, options);
  return passes.run(module);
}

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_PIPELINES_NETWORKS_H
