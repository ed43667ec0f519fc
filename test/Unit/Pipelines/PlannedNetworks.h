//===- PlannedNetworks.h - Random networks for the planner ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_PIPELINES_PLANNEDNETWORKS_H
#define LAYERPIPE_TEST_UNIT_PIPELINES_PLANNEDNETWORKS_H

#include "DelayedTraining.h"
#include "layerpipe/Strategies/Planner.h"
#include "layerpipe/Transforms/NetworkForms.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe::testing {

class PlannedNetworks : public ::testing::Test {
protected:
  explicit PlannedNetworks(int64_t maxLayers) : maxLayers(maxLayers) {}

  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  /// A random network of that seed after its differentiation.
  mlir::OwningOpRef<mlir::ModuleOp> makeTraining(uint64_t seed) {
    auto network = makeNetwork(*context, seed, /*anyLabels=*/true, maxLayers);
    EXPECT_TRUE(runPasses(*network, "layerpipe-differentiate"));
    return network;
  }

  /// Networks this small have few channels.
  static FormOptions formOptions() {
    FormOptions options;
    options.splitQuantum = 1;
    return options;
  }

  const int64_t maxLayers;
  std::unique_ptr<mlir::MLIRContext> context = makeContext();
};

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_PIPELINES_PLANNEDNETWORKS_H
