//===- UnfoldTest.cpp - Microbatches train as their batch does ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CompareRuns.h"
#include "Support/RandomGraphs.h"
#include "layerpipe/Transforms/Passes.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

class UnfoldTest : public ::testing::TestWithParam<uint64_t> {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  /// Returns the network after these passes, for batches of so many samples.
  OwningOpRef<ModuleOp> after(int64_t batch, const std::string &passes) {
    auto module = randomForwardGraph(
        *context, GetParam(),
        {.images = GetParam() % 3 == 0, .acrossSamples = false});
    std::string all =
        fmt::format("layerpipe-set-batch{{batch={}}},{}", batch, passes);
    EXPECT_TRUE(runPasses(*module, all));
    return module;
  }

  /// Compares the training of whole batches with that of microbatches.
  void compare(const std::string &behind) {
    const int64_t samples = 1 + int64_t(GetParam()) % 3;
    const int64_t microbatches = 1 + int64_t(GetParam() / 3) % 4;
    std::string train = "layerpipe-differentiate{optimizer=momentum "
                        "coefficients=momentum=0.9}";
    auto whole = after(samples * microbatches, train);
    auto unfolded =
        after(samples, fmt::format("{},layerpipe-unfold{{microbatches={}}}{}",
                                   train, microbatches, behind));
    InterpreterOptions options;
    options.seed = GetParam();
    options.precision = Precision::f64;
    EXPECT_TRUE(compareRuns(onlyGraph(*whole), onlyGraph(*unfolded), 6, options,
                            retimedLag, 1e-12));
  }

  std::unique_ptr<MLIRContext> context = makeContext();
};

} // namespace

TEST_P(UnfoldTest, EqualsTheLargeBatch) { compare(""); }

TEST_P(UnfoldTest, EqualsTheLargeBatchInTasks) {
  compare(",layerpipe-form-tasks");
}

TEST_P(UnfoldTest, EqualsTheLargeBatchInDecoupledTasks) {
  compare(",layerpipe-decouple-gradients,layerpipe-form-tasks{activation-"
          "gradients=apart}");
}

INSTANTIATE_TEST_SUITE_P(Random, UnfoldTest, ::testing::Range<uint64_t>(0, 60));
