//===- ReportTest.cpp - What programs print about themselves --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace layerpipe::runtime;
using testing::HasSubstr;
using testing::Not;

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
  EXPECT_EQ(describeRun(manifest, {1000, 0.5f, summary, false, {}}),
            "trained 1000 steps in 10.00 s: 4000 samples/s, last loss 0.5\n"
            "period measured 1000.0 us, predicted 900.0 us\n"
            "speed-up measured 1.35, predicted 1.50 over one processor\n"
            "memory predicted 0.0 MB\n");
}

/// Three threads of 2 seconds: the first waits for a value and for its batch,
/// the second has not run, the third leaves no trace of waiting.
static TrainingFigures waitingRun() {
  TrainingFigures training;
  training.steps = 100;
  training.run.period = 0.02;
  training.run.waits = {{2, {0.5, 0.25, 0, 0}, 0.125},
                        {0, {0, 0, 0, 0}, {}},
                        {2, {0, 0, 0.0005, 0.0005}, 0.001}};
  return training;
}

static Manifest manifestWithChannels() {
  Manifest manifest = someManifest();
  manifest.buffers.resize(3);
  manifest.buffers[0].name = "x";
  manifest.buffers[1].name = "a";
  manifest.buffers[2].name = "loss";
  manifest.channels = {{1, 2, 0, 2, false},
                       {0, hostProcessor, 0, 2, false},
                       {1, 2, 0, 2, false},
                       {2, 2, hostProcessor, 64, false}};
  return manifest;
}

TEST(Report, WaitsAreToldByCause) {
  const std::string text = describeRun(manifestWithChannels(), waitingRun());
  EXPECT_THAT(text,
              HasSubstr("processor 0 waited 37.5 % of the time: late values "
                        "25.0, data loader 12.5; most for a of processor 2; "
                        "its CPU was taken for 6.2 %\n"
                        "processor 2 waited 0.1 % of the time\n"));
  EXPECT_THAT(text, Not(HasSubstr("processor 1 ")));
}

TEST(Report, WaitsOfOneThreadHaveNoProcessor) {
  TrainingFigures training = waitingRun();
  training.run.waits.resize(1);
  training.sequential = true;
  EXPECT_THAT(describeRun(manifestWithChannels(), training),
              HasSubstr("\nthe thread waited 37.5 % of the time: "));
  auto json = nlohmann::json::parse(
      writeRunJson(manifestWithChannels(), training, std::nullopt));
  EXPECT_EQ(json["waiting"][0]["processor"], nullptr);
}

TEST(Report, WaitsAreSharesInJson) {
  auto json = nlohmann::json::parse(
      writeRunJson(manifestWithChannels(), waitingRun(), std::nullopt));
  EXPECT_EQ(json["waiting"], nlohmann::json::parse(R"([
    {"processor": 0, "value": 0.25, "room": 0, "data": 0.125, "loss": 0,
     "displaced": 0.0625},
    {"processor": 2, "value": 0, "room": 0.00025, "data": 0, "loss": 0.00025,
     "displaced": 0.0005}])"));
  TrainingFigures untrained;
  json = nlohmann::json::parse(
      writeRunJson(manifestWithChannels(), untrained, std::nullopt));
  EXPECT_EQ(json["waiting"], nlohmann::json::array());
}

TEST(Report, MemoryThatTheSystemDoesNotTellIsNull) {
  TrainingFigures training = waitingRun();
  training.memory = {6'400'000, 6'510'000, std::nullopt};
  EXPECT_THAT(describeRun(manifestWithChannels(), training),
              HasSubstr("\nmemory predicted 6.4 MB, measured 6.5 MB\n"));
  auto json = nlohmann::json::parse(
      writeRunJson(manifestWithChannels(), training, std::nullopt));
  EXPECT_EQ(json["predicted_memory_bytes"], 6'400'000);
  EXPECT_EQ(json["measured_memory_bytes"], 6'510'000);
  EXPECT_EQ(json["library_memory_bytes"], nullptr);
}

TEST(Report, ShortRunsHaveNothingElseToMeasure) {
  RunSummary summary;
  summary.seconds = 2;
  EXPECT_THAT(
      describeRun(someManifest(), {1, 1.980801e-6f, summary, false, {}}),
      HasSubstr("in 2.00 s: 2 samples/s, last loss 1.981e-06\n"));
}

TEST(Report, LastStepsOfTheGreatestNumberDontOverflow) {
  RunSummary summary;
  summary.seconds = 1;
  Manifest manifest = someManifest();
  manifest.batch = int64_t(1) << 30;
  EXPECT_THAT(describeRun(manifest, {mostSteps, 1, summary, false, {}}),
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
  options.stepSizes.learningRate = 0.5f;
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
