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

  /// Runs `before` on a random network, `then` on a copy of the outcome, and
  /// compares both.
  void expectPreserved(StringRef before, StringRef then) {
    auto context = makeContext();
    OwningOpRef<ModuleOp> a = randomForwardGraph(*context, GetParam());
    ASSERT_TRUE(succeeded(verify(*a)));
    ASSERT_TRUE(runPasses(*a, before));
    OwningOpRef<ModuleOp> b = a->clone();
    ASSERT_TRUE(runPasses(*b, then));
    InterpreterOptions options;
    options.seed = GetParam();
    EXPECT_TRUE(compareRuns(onlyGraph(*a), onlyGraph(*b), 30, options));
  }
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
                  "layerpipe-retime{stages=3}");
}

TEST_P(PreservationTest, RetimeForThePeriod) {
  expectPreserved("layerpipe-differentiate,layerpipe-decouple-gradients,"
                  "layerpipe-delay-gradients{rule=uniform delay=3},"
                  "layerpipe-form-tasks,layerpipe-estimate-costs",
                  "layerpipe-retime{objective=period}");
}

INSTANTIATE_TEST_SUITE_P(Random, PreservationTest,
                         ::testing::Range<uint64_t>(0, 40));
