//===- OptimizersTest.cpp - updates against loops over doubles ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "layerpipe/Interpreter/Interpreter.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

constexpr double rate = 0.125; // It is a float, too.

/// One weight with the other states of its update.
struct Weight {
  double w = 0, s1 = 0, s2 = 0;
};

/// An update as a user writes it, and what it does to a weight as PyTorch's
/// documentation says it: g is the gradient, and t counts updates from 1.
struct Case {
  std::string name, attributes;
  std::function<void(Weight &, double g, int64_t t)> update;
};

double signOf(double x) { return double(x > 0) - double(x < 0); }

/// Adam with β1 = 0.8, β2 = 0.95 and ε = 0.001.
double adamStep(Weight &x, double g, int64_t t) {
  x.s1 = 0.8 * x.s1 + 0.2 * g;
  x.s2 = 0.95 * x.s2 + 0.05 * g * g;
  double mean = x.s1 / (1 - std::pow(0.8, double(t)));
  double root = std::sqrt(x.s2 / (1 - std::pow(0.95, double(t))));
  return rate * mean / (root + 0.001);
}

std::vector<Case> cases() {
  return {
      {"sgd", "weight_decay = 0.25",
       [](Weight &x, double g, int64_t) { x.w -= rate * (g + 0.25 * x.w); }},
      {"momentum", "momentum = 0.75, weight_decay = 0.25",
       [](Weight &x, double g, int64_t) {
         x.s1 = 0.75 * x.s1 + g + 0.25 * x.w;
         x.w -= rate * x.s1;
       }},
      {"nesterov", "momentum = 0.75, weight_decay = 0.25",
       [](Weight &x, double g, int64_t) {
         g += 0.25 * x.w;
         x.s1 = 0.75 * x.s1 + g;
         x.w -= rate * (g + 0.75 * x.s1);
       }},
      {"adagrad", "epsilon = 0.001, weight_decay = 0.25",
       [](Weight &x, double g, int64_t) {
         g += 0.25 * x.w;
         x.s1 += g * g;
         x.w -= rate * g / (std::sqrt(x.s1) + 0.001);
       }},
      {"rmsprop", "alpha = 0.9, epsilon = 0.001, weight_decay = 0.25",
       [](Weight &x, double g, int64_t) {
         g += 0.25 * x.w;
         x.s1 = 0.9 * x.s1 + 0.1 * g * g;
         x.w -= rate * g / (std::sqrt(x.s1) + 0.001);
       }},
      {"lion", "beta1 = 0.8, beta2 = 0.95, weight_decay = 0.25",
       [](Weight &x, double g, int64_t) {
         double direction = signOf(0.8 * x.s1 + 0.2 * g);
         x.w -= rate * (direction + 0.25 * x.w);
         x.s1 = 0.95 * x.s1 + 0.05 * g;
       }},
      {"adam",
       "beta1 = 0.8, beta2 = 0.95, epsilon = 0.001, weight_decay = 0.25",
       [](Weight &x, double g, int64_t t) {
         x.w -= adamStep(x, g + 0.25 * x.w, t);
       }},
      {"adamw",
       "beta1 = 0.8, beta2 = 0.95, epsilon = 0.001, weight_decay = 0.25",
       [](Weight &x, double g, int64_t t) {
         x.w *= 1 - rate * 0.25;
         x.w -= adamStep(x, g, t);
       }}};
}

/// A graph whose gradients are its inputs, with n delays behind them.
std::string graphOf(const Optimizer &optimizer, const std::string &attributes,
                    int64_t n) {
  const std::string type = "tensor<3xf32>";
  std::vector<std::string> states{"%w"}, results{"%w1"};
  std::string text = "layerpipe.graph pipelined @net {\n%g0 = layerpipe.input "
                     ": tensor<3xf32>\n%p = layerpipe.parameter \"w\" "
                     "constant(0.0) : tensor<3xf32>\n%w = layerpipe.delay %w1 "
                     "by 1 initial(%p) : tensor<3xf32>\n";
  for (unsigned extra = 0; extra < optimizer.extraStates; ++extra) {
    std::string name = "%s" + std::to_string(extra);
    states.push_back(name);
    results.push_back(name + "1");
    text += name + " = layerpipe.delay " + name +
            "1 by 1 initial(0.0) : tensor<3xf32>\n";
  }
  if (n > 0)
    text += "%g = layerpipe.delay %g0 by " + std::to_string(n) +
            " initial(absent) : tensor<3xf32>\n";
  states.push_back(n > 0 ? "%g" : "%g0");
  std::vector<std::string> from(states.size(), type), to(results.size(), type);
  return text + llvm::join(results, ", ") + " = " + optimizer.operation.str() +
         " " + llvm::join(states, ", ") + " {learning_rate = 0.125 : f32" +
         (attributes.empty() ? "" : ", ") + attributes + "} : (" +
         llvm::join(from, ", ") + ") -> (" + llvm::join(to, ", ") + ")\n}";
}

/// Gradients of both signs and many sizes; one is often 0.
double gradientOf(int64_t iteration, int64_t element) {
  double size = double((iteration * 7 + element * 5) % 11) - 5;
  return element == 2 && iteration % 3 != 0 ? 0 : size / 8;
}

class OptimizersTest : public GraphTest {
protected:
  /// All states behind every iteration.
  std::vector<std::vector<double>>
  run(const std::string &text, int64_t iterations, Precision precision) {
    GraphOp graph = parse(text);
    InterpreterOptions options;
    options.precision = precision;
    options.input = [](int64_t iteration) {
      Tensor tensor = Tensor::ofFloats({3}, {0, 0, 0});
      for (int64_t element = 0; element < 3; ++element)
        tensor.numbers[element] = gradientOf(iteration, element);
      return tensor;
    };
    options.parameter = [](ParameterOp) {
      return Tensor::ofFloats({3}, {0.5f, -2.0f, 1.0f});
    };
    Interpreter interpreter(graph, options);
    auto update = first<OptimizerOpInterface>(graph);
    std::vector<std::vector<double>> states;
    for (int64_t i = 0; i < iterations; ++i) {
      EXPECT_TRUE(succeeded(interpreter.step()));
      std::vector<double> &now = states.emplace_back();
      for (Value result : update->getResults())
        llvm::append_range(now, interpreter.value(result)->numbers);
    }
    return states;
  }

  /// The same by a case's loop.
  static std::vector<std::vector<double>> expected(const Case &known,
                                                   unsigned extraStates,
                                                   int64_t n,
                                                   int64_t iterations) {
    Weight weights[] = {{0.5}, {-2.0}, {1.0}};
    std::vector<std::vector<double>> states;
    for (int64_t i = 0; i < iterations; ++i) {
      std::vector<double> &now = states.emplace_back();
      for (int64_t element = 0; i >= n && element < 3; ++element)
        known.update(weights[element], gradientOf(i - n, element), i - n + 1);
      for (double Weight::*state : {&Weight::w, &Weight::s1, &Weight::s2})
        for (const Weight &weight : weights)
          now.push_back(weight.*state);
      now.resize(size_t(3) * (1 + extraStates));
    }
    return states;
  }
};

} // namespace

/// The states agree behind every iteration, and so do those that wait for the
/// first gradients.
TEST_F(OptimizersTest, AreThePlainLoops) {
  std::set<std::string> tested;
  for (const Case &known : cases()) {
    const Optimizer *optimizer = findOptimizer(known.name);
    ASSERT_TRUE(optimizer) << known.name;
    tested.insert(known.name);
    for (int64_t n : {0, 3}) {
      auto made =
          run(graphOf(*optimizer, known.attributes, n), 40, Precision::f64);
      auto wanted = expected(known, optimizer->extraStates, n, 40);
      for (auto [i, now, want] : llvm::enumerate(made, wanted))
        for (auto [a, b] : llvm::zip_equal(now, want))
          ASSERT_NEAR(a, b, 1e-12 * std::max(1.0, std::abs(b)))
              << known.name << ", " << n << " delays, iteration " << i;
    }
  }
  for (const Optimizer &optimizer : allOptimizers())
    EXPECT_TRUE(tested.contains(optimizer.name.str())) << optimizer.name.str();
}

/// Corrected means of one gradient are the gradient and its square, so the
/// first step of Adam is η·g / (|g| + ε), exact to rounding with the default
/// coefficients, too, whose 1 − β2 is small.
TEST_F(OptimizersTest, FirstStepOfAdamIsTheStepSize) {
  for (const char *name : {"adam", "adamw"}) {
    auto states = run(graphOf(*findOptimizer(name), "weight_decay = 0.0", 0), 1,
                      Precision::f32);
    const double start[] = {0.5, -2, 1};
    for (int64_t element : {0, 1})
      EXPECT_NEAR(states[0][element],
                  start[element] - rate * signOf(gradientOf(0, element)), 5e-7)
          << name;
  }
}

/// With β = 0 there is nothing to correct.
TEST_F(OptimizersTest, AdamWithoutMemoryIsASignedStep) {
  auto states = run(graphOf(*findOptimizer("adam"),
                            "beta1 = 0.0, beta2 = 0.0, epsilon = 1.0e-7", 2),
                    30, Precision::f32);
  for (int64_t i = 3; i < 30; ++i)
    EXPECT_NEAR(states[i][0],
                states[i - 1][0] - rate * signOf(gradientOf(i - 2, 0)), 1e-6);
}
