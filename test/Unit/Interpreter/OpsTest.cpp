//===- OpsTest.cpp - values of single ops, worked out by hand -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using ::testing::ElementsAre;
using ::testing::FloatEq;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class OpsTest : public GraphTest {
protected:
  /// Result `index` of the graph's only compute op, with the parameters' values
  /// given in the order of their definitions.
  std::vector<double> compute(StringRef text,
                              std::vector<std::vector<float>> parameters,
                              unsigned index = 0) {
    GraphOp graph =
        parse(("layerpipe.graph training @net {" + text + "}").str());
    InterpreterOptions options;
    options.parameter = [&, next = 0](ParameterOp op) mutable {
      auto type = cast<RankedTensorType>(op.getResult().getType());
      return Tensor::ofFloats(type.getShape(), parameters[next++]);
    };
    Interpreter interpreter(graph, options);
    EXPECT_TRUE(succeeded(interpreter.step()));
    return interpreter
        .value(first<ComputeOpInterface>(graph)->getResult(index))
        ->numbers;
  }
};

} // namespace

TEST_F(OpsTest, LinearStartsWithTheBias) {
  // In float 2^24 + 1 is 2^24: only the stated order gives 2^24 + 2.
  EXPECT_THAT(compute(R"(
        %x = layerpipe.parameter "x" constant(0.0) : tensor<1x2xf32>
        %w = layerpipe.parameter "w" constant(0.0) : tensor<1x2xf32>
        %b = layerpipe.parameter "b" constant(0.0) : tensor<1xf32>
        %y = layerpipe.linear %x, %w, %b : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>)",
                      {{1, 16777216}, {1, 1}, {1}}),
              ElementsAre(16777218.0f));
}

TEST_F(OpsTest, Conv2dLeavesOutThePadding) {
  // An infinite tap beyond the image would give NaN as 0 · ∞.
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_THAT(
      compute(R"(
        %x = layerpipe.parameter "x" constant(0.0) : tensor<1x1x1x3xf32>
        %w = layerpipe.parameter "w" constant(0.0) : tensor<1x1x3x3xf32>
        %b = layerpipe.parameter "b" constant(0.0) : tensor<1xf32>
        %y = layerpipe.conv2d %x, %w, %b {stride = 2, padding = 1} : (tensor<1x1x1x3xf32>, tensor<1x1x3x3xf32>, tensor<1xf32>) -> tensor<1x1x1x2xf32>)",
              {{1, 2, 3}, {inf, inf, inf, 10, 100, 1000, inf, inf, inf}, {5}}),
      ElementsAre(5.0f + 100 + 2000, 5.0f + 20 + 300));
}

TEST_F(OpsTest, MaxPoolTakesTheFirstLargestAndPassesNaN) {
  const char *text = R"(
      %x = layerpipe.parameter "x" constant(0.0) : tensor<1x1x2x4xf32>
      %y = layerpipe.max_pool2d %x {kernel = 2, stride = 2} : (tensor<1x1x2x4xf32>) -> tensor<1x1x1x2xf32>)";
  auto y = compute(text, {{1, 3, 8, 9, 3, 2, kNaN, 7}});
  EXPECT_EQ(y[0], 3.0f);
  EXPECT_TRUE(std::isnan(y[1]));
}

TEST_F(OpsTest, MaxPoolGradGoesToTheFirstLargest) {
  EXPECT_THAT(compute(R"(
        %d = layerpipe.parameter "d" constant(0.0) : tensor<1x1x1x2xf32>
        %x = layerpipe.parameter "x" constant(0.0) : tensor<1x1x2x4xf32>
        %y = layerpipe.max_pool2d_grad %d, %x {kernel = 2, stride = 2} : (tensor<1x1x1x2xf32>, tensor<1x1x2x4xf32>) -> tensor<1x1x2x4xf32>)",
                      {{5, 7}, {1, 3, 8, kNaN, 3, 2, kNaN, 7}}),
              ElementsAre(0, 5, 0, 7, 0, 0, 0, 0));
}

TEST_F(OpsTest, AvgPoolGradAddsOverlappingWindows) {
  EXPECT_THAT(compute(R"(
        %d = layerpipe.parameter "d" constant(0.0) : tensor<1x1x1x2xf32>
        %x = layerpipe.avg_pool2d_grad %d {kernel = 2, stride = 1} : (tensor<1x1x1x2xf32>) -> tensor<1x1x2x3xf32>)",
                      {{4, 8}}),
              ElementsAre(1, 3, 2, 1, 3, 2));
}

TEST_F(OpsTest, ReluPassesNaNAndItsGradientStopsIt) {
  auto y = compute(R"(
      %x = layerpipe.parameter "x" constant(0.0) : tensor<3xf32>
      %y = layerpipe.relu %x : (tensor<3xf32>) -> tensor<3xf32>)",
                   {{-1, kNaN, 2}});
  EXPECT_EQ(y[0], 0.0f);
  EXPECT_TRUE(std::isnan(y[1]));
  EXPECT_EQ(y[2], 2.0f);
  EXPECT_THAT(compute(R"(
      %d = layerpipe.parameter "d" constant(0.0) : tensor<3xf32>
      %y = layerpipe.parameter "y" constant(0.0) : tensor<3xf32>
      %x = layerpipe.relu_grad %d, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>)",
                      {{5, 6, 7}, {0, kNaN, 2}}),
              ElementsAre(0, 0, 7));
}

/// A quarter is dropped; the rest is larger, so that the mean stays.
TEST_F(OpsTest, DropKeepsTheMean) {
  std::vector<double> kept = compute(R"(
        %x = layerpipe.parameter "x" constant(1.0) : tensor<100x100xf32>
        %y = layerpipe.drop %x {rate = 0.25} : (tensor<100x100xf32>) -> tensor<100x100xf32>)",
                                     {std::vector<float>(10000, 3.0f)});
  EXPECT_NEAR(double(llvm::count(kept, 0.0)), 2500, 150);
  EXPECT_EQ(llvm::count(kept, 0.0) + llvm::count(kept, 4.0), 10000);
}

/// Iterations and keys have draws of their own; parts have those of the whole.
TEST_F(OpsTest, DropsDependOnKeyIterationAndNumber) {
  auto dropped = [&](StringRef attributes, int64_t iterations) {
    GraphOp graph =
        parse((R"(layerpipe.graph training @net {
        %x = layerpipe.parameter "x" constant(1.0) : tensor<8x8xf32>
        %y = layerpipe.drop %x {)" +
               attributes + "} : (tensor<8x8xf32>) -> tensor<8x8xf32>}")
                  .str());
    Interpreter interpreter(graph, InterpreterOptions());
    EXPECT_TRUE(succeeded(interpreter.run(iterations)));
    return interpreter.value(first<ComputeOpInterface>(graph)->getResult(0))
        ->numbers;
  };
  std::vector<double> first = dropped("key = 1", 1);
  EXPECT_EQ(dropped("key = 1", 1), first);
  EXPECT_NE(dropped("key = 2", 1), first);
  EXPECT_NE(dropped("key = 1", 2), first);
  std::vector<double> behind = dropped("key = 1, offset = 24", 1);
  EXPECT_TRUE(std::equal(behind.begin(), behind.begin() + 40,
                         first.begin() + 24, first.end()));
  std::vector<double> rows = dropped("key = 1, strides = array<i64: 1, 0>", 1);
  for (size_t element = 0; element < rows.size(); ++element)
    EXPECT_EQ(rows[element], first[element / 8]);
}

TEST_F(OpsTest, SoftmaxCrossEntropyOfLargeLogits) {
  // exp(1000) alone would overflow.
  GraphOp graph = parse(R"(layerpipe.graph training @net {
      %x = layerpipe.parameter "x" constant(1000.0) : tensor<2x4xf32>
      %t = layerpipe.labels : tensor<2xi32>
      %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<2x4xf32>, tensor<2xi32>) -> tensor<f32>
      %d = layerpipe.softmax_cross_entropy_grad %x, %t : (tensor<2x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  })");
  InterpreterOptions options;
  options.labels = [](int64_t) { return Tensor::ofIntegers({2}, {1, 3}); };
  Interpreter interpreter(graph, options);
  ASSERT_TRUE(succeeded(interpreter.step()));
  EXPECT_FLOAT_EQ(
      interpreter.value(first<SoftmaxCrossEntropyOp>(graph).getResult())
          ->numbers[0],
      std::log(4.0f));
  EXPECT_THAT(
      interpreter.value(first<SoftmaxCrossEntropyGradOp>(graph).getDlogits())
          ->numbers,
      ElementsAre(0.125f, -0.375f, 0.125f, 0.125f, 0.125f, 0.125f, 0.125f,
                  -0.375f));
}

TEST_F(OpsTest, MeanSquaredErrorAndItsGradient) {
  const char *operands = R"(
      %p = layerpipe.parameter "p" constant(0.0) : tensor<1x4xf32>
      %t = layerpipe.parameter "t" constant(0.0) : tensor<1x4xf32>)";
  std::vector<std::vector<float>> values{{1, 2, 3, 4}, {0, 0, 3, 6}};
  EXPECT_THAT(compute(std::string(operands) + R"(
      %l = layerpipe.mean_squared_error %p, %t : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<f32>)",
                      values),
              ElementsAre(9.0f / 4));
  EXPECT_THAT(compute(std::string(operands) + R"(
      %d = layerpipe.mean_squared_error_grad %p, %t : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>)",
                      values),
              ElementsAre(0.5f, 1.0f, 0.0f, -1.0f));
}
