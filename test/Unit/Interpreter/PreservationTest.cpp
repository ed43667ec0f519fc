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

/// One random network per shape and seed.
class PreservationTest
    : public ::testing::TestWithParam<std::tuple<RandomShape, uint64_t>> {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  void SetUp() override {
    RandomGraphOptions options;
    std::tie(options.shape, seed) = GetParam();
    network = randomForwardGraph(*context, seed, options);
    ASSERT_TRUE(succeeded(verify(*network)));
  }

  /// As many as three, one where no op has weights.
  int64_t countStages() {
    int64_t layers = llvm::count_if(
        onlyGraph(*network).getBody().getOps<DifferentiableOpInterface>(),
        [](DifferentiableOpInterface op) { return op.beginsLayer(); });
    return std::clamp<int64_t>(layers, 1, 3);
  }

  /// Runs `before` on the network, `then` on a copy of the outcome, and
  /// compares both.
  void expectPreserved(const std::string &before, const std::string &then) {
    OwningOpRef<ModuleOp> a = network->clone();
    ASSERT_TRUE(runPasses(*a, before));
    OwningOpRef<ModuleOp> b = a->clone();
    ASSERT_TRUE(runPasses(*b, then));
    InterpreterOptions options;
    options.seed = seed;
    // Step sizes move with the iterations of the updates that they belong to.
    options.learningRate = [](int64_t i) { return 0.05f / float(1 + i % 3); };
    EXPECT_TRUE(compareRuns(onlyGraph(*a), onlyGraph(*b), 30, options));
  }

  std::unique_ptr<MLIRContext> context = makeContext();
  OwningOpRef<ModuleOp> network;
  uint64_t seed = 0;
};

/// Networks whose every layer sees data. A layer of parameters alone can't be
/// retimed: it would compute before iteration 0.
class RetimePreservationTest : public PreservationTest {};

} // namespace

TEST_P(PreservationTest, Decouple) {
  expectPreserved("layerpipe-differentiate", "layerpipe-decouple-gradients");
}

TEST_P(PreservationTest, FormTasks) {
  expectPreserved(
      "layerpipe-differentiate{optimizer=adamw "
      "coefficients=weight-decay=0.01},layerpipe-decouple-gradients",
      "layerpipe-form-tasks");
}

TEST_P(RetimePreservationTest, ByStages) {
  expectPreserved(
      "layerpipe-differentiate{optimizer=adam},layerpipe-decouple-gradients,"
      "layerpipe-delay-gradients{rule=uniform delay=20},"
      "layerpipe-form-tasks",
      "layerpipe-retime{stages=" + std::to_string(countStages()) + "}");
}

TEST_P(RetimePreservationTest, ForThePeriod) {
  expectPreserved("layerpipe-differentiate,layerpipe-decouple-gradients,"
                  "layerpipe-delay-gradients{rule=uniform delay=3},"
                  "layerpipe-form-tasks,layerpipe-estimate-costs",
                  "layerpipe-retime{objective=period}");
}

static std::string
nameOf(const ::testing::TestParamInfo<PreservationTest::ParamType> &info) {
  auto [shape, seed] = info.param;
  return (shape == RandomShape::any ? "Any" : "Chain") + std::to_string(seed);
}

INSTANTIATE_TEST_SUITE_P(
    Random, PreservationTest,
    ::testing::Combine(::testing::Values(RandomShape::chain, RandomShape::any),
                       ::testing::Range<uint64_t>(0, 40)),
    nameOf);
INSTANTIATE_TEST_SUITE_P(
    Random, RetimePreservationTest,
    ::testing::Combine(::testing::Values(RandomShape::chain),
                       ::testing::Range<uint64_t>(0, 40)),
    nameOf);
