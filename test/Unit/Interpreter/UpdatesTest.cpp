//===- UpdatesTest.cpp - SGD against plain loops, bit for bit -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "Layerpipe/IR/LayerpipeOptimizers.h"
#include "layerpipe/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"
#include <deque>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

/// A scalar y = w·x, trained towards t on squared errors.
class UpdatesTest : public GraphTest {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  static constexpr int64_t kIterations = 100;
  static float x(int64_t i) { return 0.5f + 0.01f * static_cast<float>(i % 7); }
  static float t(int64_t i) { return 1.0f - 0.1f * static_cast<float>(i % 3); }
  static constexpr float kInitial = 0.3f;

  static float gradient(int64_t i, float w) {
    float dy = 2.0f * (x(i) * w - t(i)) / 1.0f;
    return dy * x(i);
  }

  /// The graph's text with gradient delay `n`, around an update of `%w`, `%g`
  /// that defines `%next`.
  static std::string network(int64_t n, StringRef update) {
    std::string delayed = n == 0 ? ""
                                 : "%g = layerpipe.delay %g0 by " +
                                       std::to_string(n) +
                                       " initial(absent) : tensor<1x1xf32>\n";
    return R"(layerpipe.graph pipelined @net {
      %x = layerpipe.input : tensor<1x1xf32>
      %t = layerpipe.labels : tensor<1x1xf32>
      %w0 = layerpipe.parameter "w" constant(0.0) : tensor<1x1xf32>
      %w = layerpipe.delay %next by 1 initial(%w0) : tensor<1x1xf32>
      %y = layerpipe.linear %x, %w : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
      %dy = layerpipe.mean_squared_error_grad %y, %t : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
      )" + std::string(n == 0 ? "%g" : "%g0") +
           R"( = layerpipe.linear_grad_weight %dy, %x : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
      )" + delayed +
           update.str() + "}";
  }

  /// w after every iteration.
  std::vector<float> train(StringRef text, InterpreterOptions options = {}) {
    GraphOp graph = parse(text);
    options.input = [](int64_t i) { return Tensor::ofFloats({1, 1}, {x(i)}); };
    options.labels = [](int64_t i) { return Tensor::ofFloats({1, 1}, {t(i)}); };
    options.parameter = [](ParameterOp) {
      return Tensor::ofFloats({1, 1}, {kInitial});
    };
    Interpreter interpreter(graph, options);
    Value state = first<StateOpInterface>(graph)->getResult(0);
    std::vector<float> weights;
    for (int64_t i = 0; i < kIterations; ++i) {
      EXPECT_TRUE(succeeded(interpreter.step()));
      weights.push_back(interpreter.value(state)->numbers[0]);
    }
    return weights;
  }
};

} // namespace

TEST_F(UpdatesTest, DelayedSgdIsThePlainLoop) {
  const float rate = 0.125f;
  for (int64_t n : {0, 1, 2, 5}) {
    std::vector<float> expected;
    std::deque<float> late;
    float w = kInitial;
    for (int64_t i = 0; i < kIterations; ++i) {
      late.push_back(gradient(i, w));
      if (i >= n) {
        w = w - rate * late.front();
        late.pop_front();
      }
      expected.push_back(w);
    }
    EXPECT_EQ(train(network(n, R"(
      %next = layerpipe.sgd %w, %g {learning_rate = 1.25e-1 : f32} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>)")),
              expected)
        << "gradient delay " << n;
  }
}

TEST_F(UpdatesTest, WeightDecayUsesTheWeightOfTheUpdate) {
  const float rate = 0.125f, decay = 0.1f;
  std::vector<float> expected;
  std::deque<float> late;
  float w = kInitial;
  for (int64_t i = 0; i < kIterations; ++i) {
    late.push_back(gradient(i, w));
    if (i >= 2) {
      w = w - rate * (late.front() + decay * w);
      late.pop_front();
    }
    expected.push_back(w);
  }
  EXPECT_EQ(train(network(2, R"(
      %next = layerpipe.sgd %w, %g {learning_rate = 1.25e-1 : f32, weight_decay = 1.0e-1} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>)")),
            expected);
}

TEST_F(UpdatesTest, MomentumIsThePlainLoop) {
  const float rate = 0.05f, momentum = 0.9f, decay = 0.01f;
  std::vector<float> expected;
  float w = kInitial, v = 0.0f;
  for (int64_t i = 0; i < kIterations; ++i) {
    v = momentum * v + (gradient(i, w) + decay * w);
    w = w - rate * v;
    expected.push_back(w);
  }
  EXPECT_EQ(train(network(0, R"(
      %v = layerpipe.delay %vnext by 1 initial(0.0) : tensor<1x1xf32>
      %next, %vnext = layerpipe.sgd_momentum %w, %v, %g {learning_rate = 5.0e-2 : f32, momentum = 9.0e-1, weight_decay = 1.0e-2} : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>))")),
            expected);
}

TEST_F(UpdatesTest, ARunMayReplaceTheLearningRate) {
  auto update = [](StringRef rate) {
    return network(0, ("%next = layerpipe.sgd %w, %g {learning_rate = " + rate +
                       " : f32} : (tensor<1x1xf32>, tensor<1x1xf32>) -> "
                       "tensor<1x1xf32>")
                          .str());
  };
  InterpreterOptions options;
  options.learningRate = [](int64_t) { return 0.25f; };
  EXPECT_EQ(train(update("1.0e-3"), options), train(update("2.5e-1")));
  EXPECT_NE(train(update("1.0e-3")), train(update("2.5e-1")));
}

/// The iteration of an update decides its step size, however late its gradient
/// is and in whatever period it is computed.
TEST_F(UpdatesTest, StepSizesBelongToIterations) {
  InterpreterOptions options;
  options.learningRate = [](int64_t i) { return 0.25f / float(i + 1); };
  std::vector<float> expected;
  std::deque<float> late;
  float w = kInitial;
  for (int64_t i = 0; i < kIterations; ++i) {
    late.push_back(gradient(i, w));
    if (i >= 2) {
      w = w - 0.25f / float(i + 1) * late.front();
      late.pop_front();
    }
    expected.push_back(w);
  }
  EXPECT_EQ(train(network(2, R"(
      %next = layerpipe.sgd %w, %g {learning_rate = 1.0 : f32} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>)"),
                  options),
            expected);
}

/// The running mean of one channel with two samples, x(i) and 3·x(i).
TEST_F(UpdatesTest, RunningStatisticsAreThePlainLoop) {
  GraphOp graph = parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.input : tensor<2x1xf32>
    %t = layerpipe.labels : tensor<2x1xf32>
    %w = layerpipe.parameter "w" constant(1.0) : tensor<1xf32>
    %m = layerpipe.parameter "m" constant(0.25) : tensor<1xf32>
    %v = layerpipe.parameter "v" constant(1.0) : tensor<1xf32>
    %n = layerpipe.batch_norm %x, %m, %v {momentum = 0.9} : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
    %y = layerpipe.mul %n, %w : (tensor<2x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
    %l = layerpipe.mean_squared_error %y, %t : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<f32>
  })");
  ASSERT_TRUE(runPasses(*module, "layerpipe-differentiate"));
  InterpreterOptions options;
  options.input = [](int64_t i) {
    return Tensor::ofFloats({2, 1}, {x(i), 3 * x(i)});
  };
  Interpreter interpreter(graph, options);
  float mean = 0.25f, variance = 1.0f;
  for (int64_t i = 0; i < kIterations; ++i) {
    ASSERT_TRUE(succeeded(interpreter.step()));
    auto batchMean = float((double(x(i)) + double(3 * x(i))) / 2);
    float low = x(i) - batchMean, high = 3 * x(i) - batchMean;
    auto batchVariance = float((double(low * low) + double(high * high)) / 2);
    mean = mean * 0.9f + batchMean * 0.1f;
    variance = variance * 0.9f + batchVariance * 0.1f;
    for (const Observable &observed : observablesOf(graph)) {
      if (observed.name == "m")
        EXPECT_EQ(interpreter.value(observed.value)->numbers[0], mean);
      if (observed.name == "v")
        EXPECT_EQ(interpreter.value(observed.value)->numbers[0], variance);
      EXPECT_NE(observed.name, "m.gradient");
    }
  }
}

/// Every optimizer's update has the weight and as many other states as the
/// optimizer says.
TEST(Optimizers, KeepTheStatesThatTheySay) {
  MLIRContext context;
  context.loadDialect<LayerpipeDialect>();
  OpBuilder builder(&context);
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  Value value = ParameterOp::create(
      builder, loc, RankedTensorType::get({2}, builder.getF32Type()), "w",
      Init::constant, llvm::APFloat(1.0f));
  ASSERT_FALSE(allOptimizers().empty());
  for (const Optimizer &optimizer : allOptimizers()) {
    EXPECT_EQ(findOptimizer(optimizer.name), &optimizer);
    SmallVector<Value> states(1 + optimizer.extraStates, value);
    OptimizerSettings settings{0.1, {}};
    for (const Coefficient &coefficient : allCoefficients())
      if (optimizer.has(coefficient))
        settings.coefficients.push_back({&coefficient, 0.5});
    Operation *update =
        optimizer.createUpdate(builder, loc, states, value, settings);
    for (auto [coefficient, number] : settings.coefficients)
      EXPECT_EQ(update->getAttrOfType<FloatAttr>(coefficient->attribute)
                    .getValueAsDouble(),
                number);
    EXPECT_EQ(cast<StateOpInterface>(update).getNumStates(), states.size());
    EXPECT_TRUE(succeeded(verify(update)));
  }
  EXPECT_EQ(findOptimizer("none"), nullptr);
}
