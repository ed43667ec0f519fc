//===- EndsTest.cpp - several inputs, losses and labels of positions ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random networks of several inputs and losses train alike with their gradients
// taken apart, in tasks, with delays and in microbatches.
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "Support/RandomEnds.h"
#include "layerpipe/Transforms/Passes.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

class EndsTest : public ::testing::TestWithParam<uint64_t> {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  OwningOpRef<ModuleOp> after(const std::string &passes) {
    auto module = randomEndsGraph(*context, GetParam());
    EXPECT_TRUE(runPasses(*module, passes));
    return module;
  }
  InterpreterOptions options() const {
    InterpreterOptions options;
    options.seed = GetParam();
    return options;
  }
  void compareMicrobatches(const std::string &behind);

  std::unique_ptr<MLIRContext> context = makeContext();
};

} // namespace

/// The sum over all microbatches is that of the batch, whatever each loss
/// divides it by.
void EndsTest::compareMicrobatches(const std::string &behind) {
  const int64_t samples = 1 + int64_t(GetParam()) % 3;
  const int64_t microbatches = 1 + int64_t(GetParam() / 3) % 4;
  const std::string train = "layerpipe-differentiate{optimizer=momentum "
                            "coefficients=momentum=0.9}";
  auto whole = after(fmt::format("layerpipe-set-batch{{batch={}}},{}",
                                 samples * microbatches, train));
  auto unfolded =
      after(fmt::format("layerpipe-set-batch{{batch={}}},{},layerpipe-unfold{{"
                        "microbatches={}}}{}",
                        samples, train, microbatches, behind));
  InterpreterOptions wide = options();
  wide.precision = Precision::f64;
  EXPECT_TRUE(compareRuns(onlyGraph(*whole), onlyGraph(*unfolded), 5, wide,
                          retimedLag, 1e-12));
}

TEST_P(EndsTest, DecoupledGradientsAreTheSame) {
  auto coupled = after("layerpipe-differentiate");
  for (const char *passes :
       {"layerpipe-differentiate,layerpipe-decouple-gradients",
        "layerpipe-differentiate,layerpipe-form-tasks",
        "layerpipe-differentiate,layerpipe-decouple-gradients,"
        "layerpipe-form-tasks{activation-gradients=apart}"}) {
    auto other = after(passes);
    EXPECT_TRUE(
        compareRuns(onlyGraph(*coupled), onlyGraph(*other), 5, options()))
        << passes;
  }
}

TEST_P(EndsTest, DelayedGradientsAreTheSameRetimed) {
  const std::string delayed =
      "layerpipe-differentiate,layerpipe-decouple-gradients,"
      "layerpipe-delay-gradients{rule=uniform delay=4},layerpipe-form-tasks,"
      "layerpipe-estimate-costs";
  auto before = after(delayed);
  auto retimed = after(delayed + ",layerpipe-retime{objective=storage}");
  EXPECT_TRUE(
      compareRuns(onlyGraph(*before), onlyGraph(*retimed), 12, options()));
}

TEST_P(EndsTest, MicrobatchesEqualTheLargeBatch) { compareMicrobatches(""); }

TEST_P(EndsTest, MicrobatchesEqualTheLargeBatchInDecoupledTasks) {
  compareMicrobatches(",layerpipe-decouple-gradients,layerpipe-form-tasks");
}

INSTANTIATE_TEST_SUITE_P(Random, EndsTest, ::testing::Range<uint64_t>(0, 60));

/// A microbatch may have no label that counts, and others many: each label of
/// the batch counts alike.
TEST(IgnoredLabels, CountAlikeInAllMicrobatches) {
  registerLayerpipeTransformsPasses();
  auto context = makeContext();
  auto parsed = parseSourceString<ModuleOp>(R"(layerpipe.graph forward @net {
    %x = layerpipe.input : tensor<1x2xf32>
    %t = layerpipe.labels : tensor<1x3xi32>
    %w = layerpipe.parameter "w" uniform(1.0) : tensor<6x2xf32>
    %y = layerpipe.linear %x, %w : (tensor<1x2xf32>, tensor<6x2xf32>) -> tensor<1x6xf32>
    %z = layerpipe.reshape %y : (tensor<1x6xf32>) -> tensor<1x2x3xf32>
    %l = layerpipe.softmax_cross_entropy %z, %t {ignored = -1} : (tensor<1x2x3xf32>, tensor<1x3xi32>) -> tensor<f32>
  })",
                                            context.get());
  ASSERT_TRUE(parsed);
  OwningOpRef<ModuleOp> whole = parsed->clone();
  ASSERT_TRUE(runPasses(
      *whole, "layerpipe-set-batch{batch=3},layerpipe-differentiate"));
  ASSERT_TRUE(runPasses(
      *parsed, "layerpipe-differentiate,layerpipe-unfold{microbatches=3}"));
  for (std::vector<int32_t> labels :
       {std::vector<int32_t>{-1, -1, -1, 0, 1, 1, -1, 1, -1},
        std::vector<int32_t>(9, -1)}) {
    InterpreterOptions options;
    options.precision = Precision::f64;
    options.labels = [&](int64_t) {
      return Tensor::ofIntegers({3, 3}, labels);
    };
    EXPECT_TRUE(compareRuns(onlyGraph(*whole), onlyGraph(*parsed), 3, options,
                            retimedLag, 1e-12));
  }
}
