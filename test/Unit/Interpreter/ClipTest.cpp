//===- ClipTest.cpp - clipped gradients have PyTorch's norm ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "Support/CompareRuns.h"
#include "layerpipe/Transforms/Passes.h"

#include <fmt/format.h>

#include <cmath>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

/// A random network for each seed, of any shape where the seed is odd.
class ClipTest : public ::testing::TestWithParam<uint64_t> {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  OwningOpRef<ModuleOp> after(const std::string &passes) {
    RandomGraphOptions options;
    if (GetParam() % 2)
      options.shape = RandomShape::any;
    auto module = randomForwardGraph(*context, GetParam(), options);
    EXPECT_TRUE(runPasses(*module, passes));
    return module;
  }

  /// Compares two graphs in all streams.
  void compare(const std::string &a, const std::string &b, double tolerance) {
    auto first = after(a), second = after(b);
    InterpreterOptions options;
    options.seed = GetParam();
    if (tolerance > 0)
      options.precision = Precision::f64;
    EXPECT_TRUE(compareRuns(onlyGraph(*first), onlyGraph(*second), 12, options,
                            retimedLag, tolerance));
  }

  std::unique_ptr<MLIRContext> context = makeContext();
};

/// Returns the gradients that the updates apply in the first iteration.
std::map<std::string, Datum> firstGradients(GraphOp graph, uint64_t seed) {
  InterpreterOptions options;
  options.seed = seed;
  options.precision = Precision::f64;
  Interpreter interpreter(graph, options);
  EXPECT_TRUE(succeeded(interpreter.run(1)));
  std::map<std::string, Datum> gradients;
  for (const Observable &observed : observablesOf(graph))
    if (observed.kind == Observable::Kind::gradient)
      gradients[observed.name] = interpreter.value(observed.value);
  return gradients;
}

} // namespace

/// PyTorch's clip_grad_norm_: the norm of all gradients together, and 10⁻⁶ more
/// in the divisor.
TEST_P(ClipTest, FactorIsThatOfAllGradients) {
  auto plain = after("layerpipe-differentiate");
  auto gradients = firstGradients(onlyGraph(*plain), GetParam());
  double squares = 0;
  for (const auto &[name, gradient] : gradients)
    for (double number : gradient->numbers)
      squares += number * number;
  const double norm = std::sqrt(squares);
  // One limit is above the norm, two are below.
  for (double share : {2.0, 0.75, 0.01}) {
    const double limit = std::max(norm * share, 1e-3);
    const double factor = std::min(1.0, limit / (norm + 1e-6));
    auto clipped =
        after(fmt::format("layerpipe-differentiate{{clip-norm={}}}", limit));
    auto own = firstGradients(onlyGraph(*clipped), GetParam());
    ASSERT_EQ(own.size(), gradients.size());
    for (const auto &[name, gradient] : own)
      for (auto [found, number] :
           llvm::zip_equal(gradient->numbers, gradients[name]->numbers))
        EXPECT_NEAR(found, number * factor, 1e-9 * std::abs(number) + 1e-30)
            << name;
  }
}

/// A factor of 1 changes no bit.
TEST_P(ClipTest, LimitThatNothingReachesChangesNothing) {
  compare("layerpipe-differentiate{optimizer=momentum}",
          "layerpipe-differentiate{optimizer=momentum clip-norm=1e30}", 0);
}

TEST_P(ClipTest, TasksChangeNothing) {
  const std::string clip = "layerpipe-differentiate{optimizer=adam "
                           "clip-norm=0.05},layerpipe-decouple-gradients";
  compare(clip, clip + ",layerpipe-form-tasks", 0);
  compare(clip,
          clip + ",layerpipe-form-tasks{activation-gradients=apart},"
                 "layerpipe-split-gradients{parts=3 quantum=1}",
          1e-9);
}

/// Gradient and factor are late together, whether delays come before tasks or
/// after them.
TEST_P(ClipTest, DelaysComeBeforeAndBehindTasks) {
  const std::string clip = "layerpipe-differentiate{clip-norm=0.05}";
  const std::string delay = ",layerpipe-delay-gradients{rule=uniform delay=3}";
  const std::string tasks = ",layerpipe-form-tasks";
  compare(clip + delay, clip + delay + tasks, 0);
  compare(clip + delay, clip + tasks + delay, 0);
}

INSTANTIATE_TEST_SUITE_P(Random, ClipTest, ::testing::Range<uint64_t>(0, 24));

namespace {

/// Microbatches are clipped by the norm of their sum.
class ClipMicrobatchesTest : public ::testing::TestWithParam<uint64_t> {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }
};

} // namespace

TEST_P(ClipMicrobatchesTest, EqualTheLargeBatch) {
  std::unique_ptr<MLIRContext> context = makeContext();
  const int64_t samples = 1 + int64_t(GetParam()) % 3;
  const int64_t microbatches = 1 + int64_t(GetParam() / 3) % 4;
  auto after = [&](int64_t batch, const std::string &behind) {
    auto module = randomForwardGraph(
        *context, GetParam(),
        {.images = GetParam() % 3 == 0, .acrossSamples = false});
    EXPECT_TRUE(runPasses(
        *module, fmt::format("layerpipe-set-batch{{batch={}}},"
                             "layerpipe-differentiate{{clip-norm=0.05}}{}",
                             batch, behind)));
    return module;
  };
  const std::string unfold =
      fmt::format(",layerpipe-unfold{{microbatches={}}}", microbatches);
  auto whole = after(samples * microbatches, "");
  InterpreterOptions options;
  options.seed = GetParam();
  options.precision = Precision::f64;
  for (const std::string &behind :
       {std::string(), std::string(",layerpipe-form-tasks")}) {
    auto unfolded = after(samples, unfold + behind);
    EXPECT_TRUE(compareRuns(onlyGraph(*whole), onlyGraph(*unfolded), 6, options,
                            retimedLag, 1e-9));
  }
}

INSTANTIATE_TEST_SUITE_P(Random, ClipMicrobatchesTest,
                         ::testing::Range<uint64_t>(0, 24));
