//===- PipelineProblemTest.cpp - Tests of problems and orders -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each rule of a problem and of an order is broken once.
//
//===----------------------------------------------------------------------===//

#include "PipelineProblems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

constexpr int64_t huge = int64_t(1) << 62;

struct Broken {
  std::string name;
  std::function<void(PipelineProblem &)> breakIt;
  std::string message;
};

class BrokenProblem : public testing::TestWithParam<Broken> {};

TEST_P(BrokenProblem, IsRefusedWithTheReason) {
  PipelineProblem problem = unitChain(2, 2);
  ASSERT_TRUE(check(problem)) << check(problem).message();
  GetParam().breakIt(problem);
  EXPECT_THAT(check(problem).message(), testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Problems, BrokenProblem,
    testing::Values(
        Broken{"Machine", [](auto &p) { p.machine.processors = 0; },
               "0 processors; there must be between 1 and"},
        Broken{"NoStages", [](auto &p) { p.stages.clear(); },
               "there are no stages"},
        Broken{"Processor", [](auto &p) { p.stages[1].processor = 2; },
               "stage 1 is on processor 2; there are 0 to 1"},
        Broken{"NegativeTime", [](auto &p) { p.stages[1].forwardTime = -1; },
               "the forward time of stage 1 is -1; it must be between 0 and"},
        Broken{"HugeTime", [](auto &p) { p.stages[0].backwardTime = huge; },
               "the backward time of stage 0 is"},
        Broken{"NegativeBytes", [](auto &p) { p.stages[0].residentBytes = -4; },
               "the resident memory of stage 0 is -4"},
        Broken{"KeepsMoreThanItHas",
               [](auto &p) { p.stages[0].weightGradientBytes = 2; },
               "stage 0 keeps 2 bytes for its weight gradient; it must be at "
               "most the 1 bytes"},
        Broken{"PipelineOutOfRange", [](auto &p) { p.stages[0].pipeline = 2; },
               "stage 0 is of pipeline 2; 2 stages have pipelines from 0 to 1"},
        Broken{"PipelineGap",
               [](auto &p) {
                 p.edges.clear();
                 p.stages[0].pipeline = p.stages[1].pipeline = 1;
               },
               "pipeline 0 has no stages"},
        Broken{"EdgeOutOfRange", [](auto &p) { p.edges[0].to = 2; },
               "an edge leads from stage 0 to stage 2; there are 0 to 1"},
        Broken{"EdgeBytes", [](auto &p) { p.edges[0].bytes = -1; },
               "the edge from stage 0 to stage 1 has -1 bytes"},
        Broken{"EdgeBetweenPipelines",
               [](auto &p) { p.stages[1].pipeline = 1; },
               "from stage 0 of pipeline 0 to stage 1 of pipeline 1"},
        Broken{"Cycle", [](auto &p) { p.edges.push_back({1, 0, 0}); },
               "the edges form a cycle: stages 0, 1 and 0 again"},
        Broken{"NoMicrobatches", [](auto &p) { p.microbatches = 0; },
               "0 microbatches; there must be between 1 and"},
        Broken{"TooManyMicrobatches",
               [](auto &p) { p.microbatches = maxPipelineCells; },
               "microbatches; there must be between 1 and 8388608"},
        Broken{"SamplesCount", [](auto &p) { p.samples = {1}; },
               "1 numbers of samples for 2 microbatches"},
        Broken{"NoSamples", [](auto &p) { p.samples = {1, 0}; },
               "microbatch 1 has 0 samples"},
        Broken{"PipelinesCount", [](auto &p) { p.pipelines = {0, 0, 0}; },
               "3 pipelines of microbatches for 2 microbatches"},
        Broken{"PipelineOfMicrobatch", [](auto &p) { p.pipelines = {0, 1}; },
               "microbatch 1 is of pipeline 1; there are 0 to 0"},
        Broken{"SumOfTimes",
               [](auto &p) {
                 p.stages[0].forwardTime = int64_t(1) << 49;
                 p.stages[1].forwardTime = int64_t(1) << 49;
               },
               "take a coarser time unit"},
        Broken{"SumOfSlowTimes",
               [](auto &p) {
                 p.stages[0].forwardTime = int64_t(1) << 40;
                 p.machine.speeds = {{1, 1 << 20}, {1, 1}};
               },
               "take a coarser time unit"},
        Broken{"SumOfTransfers",
               [](auto &p) {
                 p.edges[0].bytes = int64_t(1) << 40;
                 p.machine.links.others.bandwidth = {1, 1 << 20};
               },
               "take a coarser time unit"},
        Broken{"SumOfBytes",
               [](auto &p) { p.stages[0].activationBytes = 1LL << 50; },
               "than 1125899906842624 bytes"}),
    [](const auto &info) { return info.param.name; });

TEST(PipelineOrder, CoupledAndDecoupledGradientsAreLegal) {
  PipelineProblem problem = unitChain(2, 2);
  for (const char *text : {"0F0 0F1 0B0 0B1; 1F0 1B0 1F1 1B1",
                           "0F0 0F1 0I0 0I1 0W1 0W0; 1F0 1B0 1F1+ 1B1;",
                           "0F1 0F0+ 0B1 0I0 0W0; 1F1 1F0 1I1 1I0 1W1 1W0"}) {
    Status status = check(problem, orderOf(text));
    if (std::string(text).find("1F1+ 1B1") == std::string::npos)
      EXPECT_TRUE(status) << text << ": " << status.message();
    else
      EXPECT_EQ(status.message(), "processor 1, action 2 (1F1): it overlaps "
                                  "1B1, which needs what it computes");
  }
}

TEST(PipelineOrder, EachRuleIsChecked) {
  PipelineProblem problem = unitChain(2, 2);
  const std::string good = "0F0 0F1 0B0 0B1;";
  for (auto [row, message] :
       {std::pair{"1F0 1F1 1B0 2B1", "processor 1, action 3 (2B1): there "
                                     "are stages 0 to 1"},
        std::pair{"1F0 1F2", "processor 1, action 1 (1F2): there are "
                             "microbatches 0 to 1"},
        std::pair{"0F0", "(0F0): stage 0 is on processor 0"},
        std::pair{"1F0 1F0", "processor 1, action 1 (1F0): it is there "
                             "twice"},
        std::pair{"1B0 1F0", "(1B0): it must come after 1F0"},
        std::pair{"1F0 1W0", "(1W0): it must come after 1I0"},
        std::pair{"1F0 1I0 1B0", "(1B0): 1I0 has computed part of it"},
        std::pair{"1F0 1B0 1I0", "(1I0): 1B0 has computed it"},
        std::pair{"1F0 1B0 1W0", "(1W0): 1B0 has computed it"},
        std::pair{"1F0 1F1 1B1", "processor 1 lacks 1B0"},
        std::pair{"1F0 1F1 1I0 1B1", "processor 1 lacks 1W0"},
        std::pair{"1F0 1B0", "processor 1 lacks 1F1"},
        std::pair{"1F0 1B0 1F1 1B1+", "(1B1): it overlaps the next action, "
                                      "but is the last one"}})
    EXPECT_THAT(check(problem, orderOf(good + row)).message(),
                testing::HasSubstr(message))
        << row;
  EXPECT_THAT(check(problem, orderOf(good)).message(),
              testing::HasSubstr("the order has 1 processors, the machine 2"));
}

TEST(PipelineOrder, MicrobatchesStayInTheirPipeline) {
  PipelineProblem problem = unitChain(2, 2);
  problem.edges.clear();
  problem.stages[1].pipeline = 1;
  problem.pipelines = {0, 1};
  EXPECT_TRUE(check(problem, orderOf("0F0 0B0; 1F1 1B1")));
  EXPECT_THAT(check(problem, orderOf("0F0 0B0 0F1; 1F1 1B1")).message(),
              testing::HasSubstr("(0F1): microbatch 1 is of another pipeline "
                                 "than stage 0"));
}

} // namespace
