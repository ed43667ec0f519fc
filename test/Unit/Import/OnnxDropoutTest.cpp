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
