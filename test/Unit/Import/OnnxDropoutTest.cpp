//===- OnnxDropoutTest.cpp - Nodes that draw ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxModels.h"

using namespace layerpipe;
using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

using OnnxDropout = OnnxImportTest;

/// Returns a model with two nodes that drop elements of x.
TestModel dropping(float ratio, int32_t training) {
  TestModel model({4, 3});
  model.addWeight("ratio", floats({}, {ratio}));
  Tensor mode = floats({}, {float(training)});
  model.addWeight("mode", mode);
  model.addNode("Dropout", {"x", "ratio", "mode"}, {"a"});
  model.addNode("Dropout", {"a", "ratio", "mode"});
  return model;
}

} // namespace

TEST_F(OnnxDropout, TrainingDropsByKeysOfItsOwn) {
  EXPECT_THAT(import(dropping(0.25f, 1)),
              AllOf(HasSubstr("dropout %0 {rate = 2.5"),
                    HasSubstr("dropout %1 {key = 1 : i64, rate = 2.5")));
}

TEST_F(OnnxDropout, InferenceDropsWhereItIsAskedTo) {
  EXPECT_THAT(import(dropping(0.25f, 0)), Not(HasSubstr("dropout")));
  EXPECT_THAT(import(dropping(0.25f, 0), {.trainDropout = true}),
              HasSubstr("dropout %0 {rate = 2.5"));
  EXPECT_THAT(import(dropping(0, 1), {.trainDropout = true}),
              Not(HasSubstr("dropout")));
}

TEST_F(OnnxDropout, RatiosAreBelowOne) {
  EXPECT_THAT(import(dropping(1, 1)),
              HasSubstr("node 0 (Dropout): the ratio must be at least 0 and "
                        "below 1, got 1"));
}

/// Returns stochastic depth as PyTorch writes it.
static TestModel stochasticDepth(float keep, float divisor,
                                 const Extents &noise) {
  TestModel model({4, 3});
  model.addNode("Constant", {}, {"noise"}).attributes = {
      {"value", floats(noise, std::vector<float>(*countElements(noise)))}};
  model.addNode("Constant", {}, {"keep"}).attributes = {
      {"value", floats({}, {keep})}};
  model.addNode("Constant", {}, {"divisor"}).attributes = {
      {"value", floats({}, {divisor})}};
  model.addNode("RandomUniformLike", {"noise"}, {"u"});
  model.addNode("Less", {"u", "keep"}, {"stays"});
  model.addNode("Cast", {"stays"}, {"mask"}).attributes = {{"to", int64_t(1)}};
  model.addNode("Div", {"mask", "divisor"}, {"factor"});
  model.addNode("Mul", {"factor", "x"});
  return model;
}

TEST_F(OnnxDropout, StochasticDepthDropsSamples) {
  EXPECT_THAT(import(stochasticDepth(0.75f, 0.75f, {4, 1})),
              AllOf(HasSubstr("dropout %0 {per_sample, rate = 2.5"),
                    Not(HasSubstr("scale"))));
  EXPECT_THAT(
      import(stochasticDepth(0.75f, 0.75f, {4, 3})),
      AllOf(HasSubstr("dropout %0 {rate = 2.5"), Not(HasSubstr("per_sample"))));
}

TEST_F(OnnxDropout, OtherDivisorsAreScales) {
  EXPECT_THAT(import(stochasticDepth(0.5f, 1, {4, 1})),
              HasSubstr("scale %1 {factor = 5.0"));
}

TEST_F(OnnxDropout, OtherRandomNumbersAreRefused) {
  EXPECT_THAT(import(stochasticDepth(0.75f, 0.75f, {1, 3})),
              HasSubstr("node 7 (Mul): computes with random numbers, which "
                        "only drop samples or elements"));
  EXPECT_THAT(import(stochasticDepth(1.5f, 0.75f, {4, 1})),
              HasSubstr("node 4 (Less): compares a random number with what is "
                        "no probability"));
  TestModel model = stochasticDepth(0.75f, 0.75f, {4, 1});
  model.model.graph.nodes.back().op = "Add";
  EXPECT_THAT(import(model), HasSubstr("is of random numbers"));
}
