//===- GradientTest.cpp - gradients against central finite differences ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of every layer op alone, and of random networks as a whole. The gradients are
// those of the training graph that differentiation makes, so its rules are
// checked with them.
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "layerpipe/Transforms/Passes.h"
#include <cmath>
#include <map>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

using Parameters = std::map<std::string, Tensor>;

constexpr uint64_t kSeed = 7;

class GradientTest : public GraphTest {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  /// Checks the gradients of all parameters of a forward graph.
  void check(GraphOp forward);

private:
  double lossAt(GraphOp forward, const Parameters &parameters);
  double slope(GraphOp forward, Parameters &parameters, double &element,
               float step);
  void checkElement(GraphOp forward, Parameters &parameters, double &element,
                    float gradient, const std::string &what);

  int64_t smooth = 0, kinks = 0;
  double largest = 0;
};

} // namespace

static Parameters initialParameters(GraphOp forward) {
  InterpreterOptions options;
  options.seed = kSeed;
  Interpreter interpreter(forward, options);
  EXPECT_TRUE(succeeded(interpreter.step()));
  Parameters parameters;
  for (ParameterOp parameter : forward.getBody().getOps<ParameterOp>())
    parameters[parameter.getName().str()] =
        *interpreter.value(parameter.getResult());
  return parameters;
}

double GradientTest::lossAt(GraphOp forward, const Parameters &parameters) {
  InterpreterOptions options;
  options.seed = kSeed;
  options.parameter = [&](ParameterOp parameter) {
    return parameters.at(parameter.getName().str());
  };
  Interpreter interpreter(forward, options);
  EXPECT_TRUE(succeeded(interpreter.step()));
  auto loss = *forward.getBody().getOps<LossOpInterface>().begin();
  return interpreter.value(loss->getResult(0))->numbers[0];
}

double GradientTest::slope(GraphOp forward, Parameters &parameters,
                           double &element, float step) {
  double before = element, above = before + step, below = before - step;
  element = above;
  double high = lossAt(forward, parameters);
  element = below;
  double low = lossAt(forward, parameters);
  element = before;
  return (high - low) / (above - below);
}

/// Two step sizes tell smooth points from kinks (of relu and max pooling),
/// where a finite difference is no derivative. Extrapolated to step 0 their
/// error is of fourth order; what remains is the rounding of the loss, about
/// 1e-7 / step.
void GradientTest::checkElement(GraphOp forward, Parameters &parameters,
                                double &element, float gradient,
                                const std::string &what) {
  constexpr float kStep = 1.0f / 64;
  double coarse = slope(forward, parameters, element, kStep);
  double fine = slope(forward, parameters, element, kStep / 2);
  if (std::abs(coarse - fine) > 2e-3) {
    ++kinks;
    return;
  }
  ++smooth;
  largest = std::max(largest, double(std::abs(gradient)));
  EXPECT_NEAR(gradient, (4 * fine - coarse) / 3, 5e-4) << what;
}

void GradientTest::check(GraphOp forward) {
  Parameters parameters = initialParameters(forward);
  auto original = forward->getParentOfType<ModuleOp>();
  OwningOpRef<ModuleOp> training = original.clone();
  ASSERT_TRUE(runPasses(*training, "layerpipe-differentiate"));
  InterpreterOptions options;
  options.seed = kSeed;
  Interpreter interpreter(onlyGraph(*training), options);
  ASSERT_TRUE(succeeded(interpreter.step()));
  for (const Observable &observable : observablesOf(onlyGraph(*training))) {
    if (observable.kind != Observable::Kind::gradient)
      continue;
    std::string name = StringRef(observable.name).drop_back(9).str();
    Datum gradient = interpreter.value(observable.value);
    ASSERT_TRUE(gradient) << name;
    std::vector<double> &elements = parameters.at(name).numbers;
    for (size_t k = 0; k < elements.size(); ++k)
      checkElement(forward, parameters, elements[k], gradient->numbers[k],
                   name + "[" + std::to_string(k) + "]");
  }
  EXPECT_GT(smooth, 9 * kinks) << "too many kinks to judge";
  EXPECT_GT(largest, 1e-2) << "gradients too small to judge";
}

TEST_F(GradientTest, LinearWithBias) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(1.0) : tensor<3x4xf32>
    %w = layerpipe.parameter "w" uniform(1.0) : tensor<2x4xf32>
    %b = layerpipe.parameter "b" uniform(1.0) : tensor<2xf32>
    %t = layerpipe.labels : tensor<3x2xf32>
    %y = layerpipe.linear %x, %w, %b : (tensor<3x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<3x2xf32>
    %l = layerpipe.mean_squared_error %y, %t : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, Conv2dWithStrideAndPadding) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(1.0) : tensor<2x2x5x4xf32>
    %w = layerpipe.parameter "w" uniform(1.0) : tensor<3x2x3x2xf32>
    %b = layerpipe.parameter "b" uniform(1.0) : tensor<3xf32>
    %t = layerpipe.labels : tensor<2x27xf32>
    %y = layerpipe.conv2d %x, %w, %b {stride = 2, padding = 1} : (tensor<2x2x5x4xf32>, tensor<3x2x3x2xf32>, tensor<3xf32>) -> tensor<2x3x3x3xf32>
    %f = layerpipe.flatten %y : (tensor<2x3x3x3xf32>) -> tensor<2x27xf32>
    %l = layerpipe.mean_squared_error %f, %t : (tensor<2x27xf32>, tensor<2x27xf32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, Conv2dWithoutPaddingThatLeavesARowUnread) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(1.0) : tensor<1x1x6x6xf32>
    %w = layerpipe.parameter "w" uniform(1.0) : tensor<2x1x3x3xf32>
    %t = layerpipe.labels : tensor<1x8xf32>
    %y = layerpipe.conv2d %x, %w {stride = 2} : (tensor<1x1x6x6xf32>, tensor<2x1x3x3xf32>) -> tensor<1x2x2x2xf32>
    %f = layerpipe.flatten %y : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
    %l = layerpipe.mean_squared_error %f, %t : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, TanhOfAValueReadTwice) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(1.0) : tensor<2x3xf32>
    %t = layerpipe.labels : tensor<2x3xf32>
    %y = layerpipe.tanh %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %z = layerpipe.tanh %y : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %s = layerpipe.add %y, %z : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    %l = layerpipe.mean_squared_error %s, %t : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, Relu) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(1.0) : tensor<4x8xf32>
    %t = layerpipe.labels : tensor<4x8xf32>
    %y = layerpipe.relu %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
    %l = layerpipe.mean_squared_error %y, %t : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, MaxPoolWithOverlap) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(1.0) : tensor<1x2x5x5xf32>
    %t = layerpipe.labels : tensor<1x8xf32>
    %y = layerpipe.max_pool2d %x {kernel = 3, stride = 2} : (tensor<1x2x5x5xf32>) -> tensor<1x2x2x2xf32>
    %f = layerpipe.flatten %y : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
    %l = layerpipe.mean_squared_error %f, %t : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, AvgPoolWithOverlap) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(1.0) : tensor<1x2x5x6xf32>
    %t = layerpipe.labels : tensor<1x8xf32>
    %y = layerpipe.avg_pool2d %x {kernel = 3, stride = 2} : (tensor<1x2x5x6xf32>) -> tensor<1x2x2x2xf32>
    %f = layerpipe.flatten %y : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
    %l = layerpipe.mean_squared_error %f, %t : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, SoftmaxCrossEntropy) {
  check(parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.parameter "x" uniform(2.0) : tensor<3x5xf32>
    %t = layerpipe.labels : tensor<3xi32>
    %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<3x5xf32>, tensor<3xi32>) -> tensor<f32>
  })"));
}

TEST_F(GradientTest, RandomSmoothNetworks) {
  RandomGraphOptions options;
  options.smooth = true;
  options.maxLayers = 3;
  for (RandomShape shape : {RandomShape::chain, RandomShape::any})
    for (uint64_t seed = 0; seed < 20; ++seed) {
      options.shape = shape;
      SCOPED_TRACE((shape == RandomShape::any ? "any shape, seed " : "seed ") +
                   std::to_string(seed));
      module = randomForwardGraph(*context, seed, options);
      check(onlyGraph(*module));
    }
}
