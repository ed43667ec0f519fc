//===- CompareRunsTest.cpp - the comparison sees what differs -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using ::testing::HasSubstr;

namespace {

class CompareRunsTest : public GraphTest {
protected:
  /// A scalar that is pulled to its input; `lag` shifts everything by periods.
  std::string pull(int lag, StringRef initial = "initial(%w0)",
                   StringRef rate = "0.25") {
    std::string shift = "{lag = " + std::to_string(lag) + "}";
    return "layerpipe.graph training @net {"
           "%x = layerpipe.input " +
           shift +
           " : tensor<1x1xf32>"
           "%t = layerpipe.labels " +
           shift +
           " : tensor<1x1xf32>"
           "%w0 = layerpipe.parameter \"w\" uniform(1.0) : tensor<1x1xf32>"
           "%w = layerpipe.delay %n by 1 " +
           initial.str() +
           " : tensor<1x1xf32>"
           "%n = layerpipe.task \"all\" update layer 1 (%w, %x, %t)"
           "attributes {retimed = " +
           std::to_string(lag) +
           "} {"
           "^bb0(%v: tensor<1x1xf32>, %a: tensor<1x1xf32>, %b: "
           "tensor<1x1xf32>):"
           "%y = layerpipe.linear %a, %v"
           " : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>"
           "%l = layerpipe.mean_squared_error %y, %b"
           " : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<f32>"
           "%d = layerpipe.mean_squared_error_grad %y, %b"
           " : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>"
           "%g = layerpipe.linear_grad_weight %d, %a"
           " : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>"
           "%u = layerpipe.sgd %v, %g {learning_rate = " +
           rate.str() +
           " : f32} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>"
           "layerpipe.yield %u : tensor<1x1xf32>"
           "} : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>)"
           " -> tensor<1x1xf32>}";
  }

  ::testing::AssertionResult compare(const std::string &a, const std::string &b,
                                     int64_t periods = 8) {
    auto first = parseSourceString<ModuleOp>(a, context.get());
    auto second = parseSourceString<ModuleOp>(b, context.get());
    if (!first || !second)
      return ::testing::AssertionFailure() << "does not parse";
    return compareRuns(onlyGraph(*first), onlyGraph(*second), periods);
  }
};

} // namespace

TEST_F(CompareRunsTest, NamesTheObservables) {
  std::vector<std::string> names;
  for (const Observable &observable : observablesOf(parse(pull(2)))) {
    names.push_back(observable.name);
    EXPECT_EQ(observable.lag, 2);
  }
  EXPECT_THAT(names, ::testing::ElementsAre("loss", "w", "w.gradient"));
}

TEST_F(CompareRunsTest, AcceptsLags) {
  EXPECT_TRUE(compare(pull(0), pull(0)));
  EXPECT_TRUE(compare(pull(0), pull(3)));
  EXPECT_TRUE(compare(pull(3), pull(1)));
}

TEST_F(CompareRunsTest, SeesAnotherStepSize) {
  EXPECT_FALSE(compare(pull(0), pull(0, "initial(%w0)", "0.125")));
}

TEST_F(CompareRunsTest, SeesAnotherInitialValue) {
  auto result = compare(pull(0), pull(0, "initial(0.5)"));
  EXPECT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("different names"));
}

TEST_F(CompareRunsTest, SeesALagThatTheSourcesDoNotHave) {
  std::string wrong = pull(1);
  size_t at = wrong.find("{lag = 1}");
  wrong.replace(at, 9, "{lag = 0}");
  EXPECT_FALSE(compare(pull(0), wrong));
}

TEST_F(CompareRunsTest, SeesAStateThatMovesTooEarly) {
  // The task claims to be one period late, but its sources are not.
  std::string wrong = pull(0);
  wrong.replace(wrong.find("retimed = 0"), 11, "retimed = 1");
  auto result = compare(pull(0), wrong);
  EXPECT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("before its iteration 0"));
}

TEST_F(CompareRunsTest, RefusesToCompareNothing) {
  auto result = compare(pull(0), pull(5), 5);
  EXPECT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("has lag 5"));
}
