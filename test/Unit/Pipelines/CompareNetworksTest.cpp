//===- CompareNetworksTest.cpp - random networks in a comparison ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Networks.h"
#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Transforms/NetworkForms.h"
#include "layerpipe/Transforms/Passes.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

/// The network in all forms that strategies choose among.
static FailureOr<strategies::TaskForms> makeModel(ModuleOp network) {
  OwningOpRef<ModuleOp> copy = network.clone();
  PassManager passes(copy->getContext());
  buildTrainingPipeline(passes, PipelineOptions());
  if (failed(passes.run(*copy)))
    return failure();
  auto forms = NetworkForms::make(onlyGraph(*copy), {});
  if (failed(forms))
    return failure();
  return forms->tasks();
}

TEST(CompareNetworks, EveryStrategyHasAPeriodOnAnyNumberOfProcessors) {
  auto context = makeContext();
  compare::CompareOptions options;
  options.strategies = strategies::knownStrategies();
  std::erase_if(options.strategies, [](const strategies::Strategy &strategy) {
    return strategy.ordersMicrobatches;
  });
  options.processors = {1, 3, 9};
  for (uint64_t seed = 0; seed < 15; ++seed) {
    OwningOpRef<ModuleOp> network =
        makeNetwork(*context, seed, /*anyLabels=*/true);
    auto model = makeModel(*network);
    ASSERT_TRUE(succeeded(model)) << "seed " << seed;
    auto rows = compare::compareAll(*model, options);
    ASSERT_TRUE(rows) << "seed " << seed << ": " << rows.message();
    EXPECT_EQ(rows->size(),
              options.strategies.size() * options.processors.size());
    for (const compare::Row &row : *rows)
      EXPECT_TRUE(row.period && row.error.empty())
          << "seed " << seed << ", " << row.strategy << " on " << row.processors
          << ": " << row.error;
  }
}
