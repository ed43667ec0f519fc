//===- ReportTest.cpp - What programs print about themselves --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include <gmock/gmock.h>

using namespace layerpipe::runtime;
using testing::HasSubstr;

static Manifest someManifest() {
  Manifest manifest;
  manifest.name = "net";
  manifest.strategy = "layerpipe";
  manifest.kernelsLibrary = "measured";
  manifest.timeUnit = "us";
  manifest.batch = 4;
  manifest.period = 900;
  manifest.processors.resize(3);
  manifest.processors[0].slots = {0};
  manifest.processors[2].slots = {1};
  manifest.tasks.resize(2);
  manifest.parameters.resize(2);
  manifest.parameters[0].staleness = 3;
  manifest.parameters[1].staleness = 1;
  return manifest;
}

TEST(Report, ThroughputLeavesTheWarmUpOut) {
  RunSummary summary;
  summary.seconds = 10; // Nine of them warm up.
  summary.period = 0.001;
  Manifest manifest = someManifest();
  manifest.tasks[0].duration = 900;
  manifest.tasks[1].duration = 450;
  EXPECT_EQ(describeRun(manifest, {1000, 0.5f, summary}),
            "trained 1000 steps in 10.00 s: 4000 samples/s, last loss 0.5\n"
            "period measured 1000.0 us, predicted 900.0 us\n"
            "speed-up measured 1.35, predicted 1.50 over one processor\n");
}

TEST(Report, ShortRunsHaveNothingElseToMeasure) {
  RunSummary summary;
  summary.seconds = 2;
  EXPECT_THAT(describeRun(someManifest(), {1, 1.980801e-6f, summary}),
              HasSubstr("in 2.00 s: 2 samples/s, last loss 1.981e-06\n"));
}

TEST(Report, LastStepsOfTheGreatestNumberDontOverflow) {
  RunSummary summary;
  summary.seconds = 1;
  Manifest manifest = someManifest();
  manifest.batch = int64_t(1) << 30;
  EXPECT_THAT(describeRun(manifest, {mostSteps, 1, summary}),
              HasSubstr(" s: 1073741824"));
}

TEST(Report, IdleProcessorsAreToldApart) {
  Manifest manifest = someManifest();
  EXPECT_THAT(describeProgram(manifest), HasSubstr(", 2 of 3 processors, "));
  manifest.processors[1].slots = {0};
  EXPECT_THAT(describeProgram(manifest), HasSubstr(", 3 processors, "));
}

TEST(Report, SaysWhetherBitsAreThoseOfWholeTasks) {
  Manifest manifest = someManifest();
  EXPECT_THAT(describeProgram(manifest),
              HasSubstr("parts        none; every task is whole\n"));
  const std::string side = "parts        side by side; ";
  const std::string sum = "parts        added up; ";
  const std::string bits = "results are those of whole tasks, bit for bit\n";
  const std::string rounded = "results are those of whole tasks to rounding\n";
  manifest.parts = Parts::Concatenate;
  EXPECT_THAT(describeProgram(manifest), HasSubstr(side + rounded));
  manifest.kernelsLibrary = "reference";
  EXPECT_THAT(describeProgram(manifest), HasSubstr(side + bits));
  manifest.parts = Parts::Sum;
  EXPECT_THAT(describeProgram(manifest), HasSubstr(sum + rounded));
}

TEST(Report, ScoresOfNetworksWithOneOutput) {
  Score score;
  score.loss = 1.25e-5;
  EXPECT_EQ(describeScore(score), "test loss 1.25e-05\n");
  score.accuracy = 0.5;
  EXPECT_EQ(describeScore(score), "test loss 1.25e-05\ntest accuracy 0.5000\n");
  score.loss.reset();
  EXPECT_EQ(describeScore(score), "test accuracy 0.5000\n");
}

/// The least staleness is 1: steps 0 and 1 see the initial parameters.
TEST(Report, DivergenceIsBlamedOnWhatCausedIt) {
  Options options;
  options.learningRate = 0.5f;
  Manifest manifest = someManifest();
  EXPECT_THAT(describeDivergence(manifest, options, 2),
              HasSubstr("training diverged; try a smaller --lr than 0.5"));
  EXPECT_THAT(describeDivergence(manifest, options, 1),
              HasSubstr("the network overflows with its initial parameters"));
  options.load = "w.safetensors";
  EXPECT_EQ(describeDivergence(manifest, options, 0),
            "the loss of step 0 is not a finite number, and no update comes "
            "before it: the network overflows with the parameters of "
            "w.safetensors");
}
