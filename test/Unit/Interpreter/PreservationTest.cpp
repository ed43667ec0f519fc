//===- PreservationTest.cpp - passes that must not change training --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "layerpipe/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

/// One random network per seed.
class PreservationTest : public ::testing::TestWithParam<uint64_t> {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  void SetUp() override {
    network = randomForwardGraph(*context, GetParam());
    ASSERT_TRUE(succeeded(verify(*network)));
  }

  int64_t countLayers() {
    return llvm::count_if(
        onlyGraph(*network).getBody().getOps<DifferentiableOpInterface>(),
        [](DifferentiableOpInterface op) { return !op.getWeights().empty(); });
  }

  /// Runs `before` on the network, `then` on a copy of the outcome, and
  /// compares both.
  void expectPreserved(const std::string &before, const std::string &then) {
    OwningOpRef<ModuleOp> a = network->clone();
    ASSERT_TRUE(runPasses(*a, before));
    OwningOpRef<ModuleOp> b = a->clone();
    ASSERT_TRUE(runPasses(*b, then));
    InterpreterOptions options;
    options.seed = GetParam();
    EXPECT_TRUE(compareRuns(onlyGraph(*a), onlyGraph(*b), 30, options));
  }

  std::unique_ptr<MLIRContext> context = makeContext();
  OwningOpRef<ModuleOp> network;
};

} // namespace

TEST_P(PreservationTest, Decouple) {
  expectPreserved("layerpipe-differentiate", "layerpipe-decouple-gradients");
}

TEST_P(PreservationTest, FormTasks) {
  expectPreserved("layerpipe-differentiate{optimizer=momentum "
                  "weight-decay=0.01},layerpipe-decouple-gradients",
                  "layerpipe-form-tasks");
}

TEST_P(PreservationTest, RetimeByStages) {
  expectPreserved("layerpipe-differentiate,layerpipe-decouple-gradients,"
                  "layerpipe-delay-gradients{rule=uniform delay=20},"
                  "layerpipe-form-tasks",
                  "layerpipe-retime{stages=" +
                      std::to_string(std::min<int64_t>(3, countLayers())) +
                      "}");
}

TEST_P(PreservationTest, RetimeForThePeriod) {
  expectPreserved("layerpipe-differentiate,layerpipe-decouple-gradients,"
                  "layerpipe-delay-gradients{rule=uniform delay=3},"
                  "layerpipe-form-tasks,layerpipe-estimate-costs",
                  "layerpipe-retime{objective=period}");
}

INSTANTIATE_TEST_SUITE_P(Random, PreservationTest,
                         ::testing::Range<uint64_t>(0, 40));
