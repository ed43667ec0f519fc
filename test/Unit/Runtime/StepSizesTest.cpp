//===- StepSizesTest.cpp - Step sizes that change in a run ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/StepSizes.h"

#include <gmock/gmock.h>

#include <vector>

using namespace layerpipe::runtime;
using testing::ElementsAre;
using testing::FloatNear;

static std::vector<float> all(const StepSizes &steps) {
  std::vector<float> rates;
  for (int64_t i = 0; i < steps.iterations; ++i)
    rates.push_back(steps.at(i));
  return rates;
}

TEST(StepSizes, ConstantIsTheNumberItself) {
  StepSizes steps;
  steps.learningRate = 0.1f;
  EXPECT_EQ(steps.at(0), 0.1f);
  EXPECT_EQ(steps.at(int64_t(1) << 50), 0.1f);
}

TEST(StepSizes, GrowEvenlyToTheRate) {
  StepSizes steps{1, StepSchedule::constant, 4};
  steps.iterations = 6;
  EXPECT_THAT(all(steps), ElementsAre(0.25f, 0.5f, 0.75f, 1, 1, 1));
}

TEST(StepSizes, FallBySteps) {
  StepSizes steps{1, StepSchedule::step, 1, 2, 0.5};
  steps.iterations = 8;
  EXPECT_THAT(all(steps),
              ElementsAre(1, 1, 1, 0.5f, 0.5f, 0.25f, 0.25f, 0.125f));
}

TEST(StepSizes, FallOnALine) {
  StepSizes steps{1, StepSchedule::linear};
  steps.finalRate = 0.5;
  steps.iterations = 4;
  EXPECT_THAT(all(steps), ElementsAre(1, 0.875f, 0.75f, 0.625f));
}

/// The example of the header.
TEST(StepSizes, FallAlongACosine) {
  StepSizes steps{0.1f, StepSchedule::cosine, 2};
  steps.iterations = 10;
  auto near = [](float rate) { return FloatNear(rate, 5e-5f); };
  EXPECT_THAT(all(steps),
              ElementsAre(near(0.05f), near(0.1f), near(0.1f), near(0.0962f),
                          near(0.0854f), near(0.0691f), near(0.05f),
                          near(0.0309f), near(0.0146f), near(0.0038f)));
}

/// A warm-up may be longer than the run.
TEST(StepSizes, MayOnlyWarmUp) {
  StepSizes steps{1, StepSchedule::cosine, 4};
  steps.iterations = 3;
  EXPECT_THAT(all(steps), ElementsAre(0.25f, 0.5f, 0.75f));
}
