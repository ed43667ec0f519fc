//===- NamedOrdersTest.cpp - Tests of schedules with names ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas of papers for unit times; rows as authors draw them; all sizes.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"

#include "PipelineProblems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

using enum NamedSchedule;

/// Makes unit stages for the schedule, `loops` for each processor where that is
/// free.
PipelineProblem problemFor(NamedSchedule schedule, int64_t p, int64_t m,
                           int64_t loops = 2) {
  Placement placement = infoOf(schedule).placement;
  int64_t chunks = placement == Placement::loop ? loops
                   : placement == Placement::v  ? 2
                                                : 1;
  PipelineProblem chain = unitChain(p * chunks, m);
  chain.machine.processors = p;
  auto placed = place(chain, placement);
  EXPECT_TRUE(placed) << placed.message();
  return placed ? *placed : chain;
}

Simulation run(const PipelineProblem &problem, NamedSchedule schedule) {
  auto order = makeNamedOrder(problem, schedule);
  if (!order) {
    ADD_FAILURE() << order.message();
    return {};
  }
  auto result = simulate(problem, *order);
  EXPECT_TRUE(result) << infoOf(schedule).name << ": " << result.message();
  return result ? *result : Simulation();
}

std::vector<int64_t> peaksOf(const Simulation &simulation) {
  std::vector<int64_t> peaks;
  for (const SimulatedProcessor &processor : simulation.processors)
    peaks.push_back(processor.peakBytes);
  return peaks;
}

int64_t peakOf(const Simulation &simulation) {
  return std::ranges::max(peaksOf(simulation));
}

std::string rowText(const PipelineOrder &order, int64_t processor) {
  std::string text;
  for (const PipelineAction &action : order.processors[processor])
    text += toString(action) + (action.overlapsNext ? "+ " : " ");
  return text;
}

TEST(NamedOrders, OneForwardOneBackwardAsDrawn) {
  PipelineProblem problem = problemFor(one_f_one_b, 3, 4);
  auto order = makeNamedOrder(problem, one_f_one_b);
  ASSERT_TRUE(order);
  EXPECT_EQ(rowText(*order, 0), "0F0 0F1 0F2 0B0 0F3 0B1 0B2 0B3 ");
  EXPECT_EQ(rowText(*order, 1), "1F0 1F1 1B0 1F2 1B1 1F3 1B2 1B3 ");
  EXPECT_EQ(rowText(*order, 2), "2F0 2B0 2F1 2B1 2F2 2B2 2F3 2B3 ");
}

TEST(NamedOrders, AllSizesAreLegalAndRun) {
  for (const NamedScheduleInfo &info : namedSchedules())
    for (int64_t p = 1; p <= 9; ++p)
      for (int64_t m = 1; m <= 2 * p + 5; ++m) {
        PipelineProblem problem = problemFor(info.schedule, p, m, 3);
        auto order = makeNamedOrder(problem, info.schedule);
        if (!order) {
          EXPECT_THAT(order.message(), testing::HasSubstr("needs"));
          EXPECT_FALSE(info.needs.empty());
          continue;
        }
        auto result = simulate(problem, *order);
        EXPECT_TRUE(result)
            << info.name << " " << p << " " << m << ": " << result.message();
      }
}

TEST(NamedOrders, GpipeAndOneForwardOneBackwardTakeEquallyLong) {
  for (int64_t p : {1, 2, 4, 7})
    for (int64_t m : {1, 3, 8, 20}) {
      PipelineProblem problem = problemFor(gpipe, p, m);
      Simulation all = run(problem, gpipe),
                 alternating = run(problem, one_f_one_b);
      EXPECT_EQ(all.span, 3 * (m + p - 1));
      EXPECT_EQ(all.makespan, 3 * (m + p - 1));
      EXPECT_EQ(alternating.span, 3 * (m + p - 1));
      EXPECT_EQ(peakOf(all), m);
      for (int64_t r = 0; r < p; ++r)
        EXPECT_EQ(peaksOf(alternating)[r], std::min(m, p - r));
    }
}

TEST(NamedOrders, InterleavedMeetsItsFormula) {
  // The bubble is (p − 1) / (mv + p − 1).
  for (int64_t p : {2, 4, 6})
    for (int64_t v : {1, 2, 3, 5})
      for (int64_t m : {p, 3 * p}) {
        PipelineProblem problem = problemFor(interleaved, p, m, v);
        EXPECT_EQ(run(problem, interleaved).span, 3 * (m * v + p - 1))
            << p << " " << v << " " << m;
      }
}

TEST(NamedOrders, ZeroBubbleMeetsTheSpansOfItsOwnScheduler) {
  struct Row {
    int64_t p, m, h1, h2, h2Makespan;
  };
  for (Row row : {Row{4, 8, 27, 24, 27}, Row{4, 12, 39, 36, 39},
                  Row{8, 16, 55, 48, 55}, Row{8, 32, 103, 96, 103},
                  Row{16, 64, 207, 192, 207}, Row{32, 128, 415, 384, 415}}) {
    PipelineProblem problem = problemFor(zb_h1, row.p, row.m);
    Simulation h1 = run(problem, zb_h1), h2 = run(problem, zb_h2);
    EXPECT_EQ(h1.span, row.h1);
    EXPECT_EQ(h1.makespan, row.h1);
    EXPECT_EQ(h2.span, row.h2);
    EXPECT_EQ(h2.makespan, row.h2Makespan);
    EXPECT_EQ(peakOf(h1), row.p);
    EXPECT_EQ(peakOf(h2), 2 * row.p - 1);
    Simulation plain = run(problem, one_f_one_b);
    EXPECT_EQ(plain.span, 3 * (row.m + row.p - 1));
  }
}

TEST(NamedOrders, MemoryOfZeroBubbleWhenWeightGradientsKeepSome) {
  // Worker i from 1 holds (p − i + 1) M_B + (i − 1) M_W with ZB-H1.
  int64_t p = 4;
  PipelineProblem problem = problemFor(zb_h1, p, 16);
  for (PipelineStage &stage : problem.stages) {
    stage.activationBytes = 100;
    stage.weightGradientBytes = 40;
  }
  std::vector<int64_t> h1, h2;
  for (int64_t i = 1; i <= p; ++i) {
    h1.push_back((p - i + 1) * 100 + (i - 1) * 40);
    h2.push_back((2 * p - 2 * i + 1) * 100 + (2 * i - 2) * 40);
  }
  EXPECT_EQ(peaksOf(run(problem, zb_h1)), h1);
  EXPECT_EQ(peaksOf(run(problem, zb_h2)), h2);
}

TEST(NamedOrders, ZeroBubbleInAVHasNone) {
  for (int64_t p : {1, 2, 4, 8, 13})
    for (int64_t m : {2 * p - 1, 2 * p, 5 * p}) {
      Simulation result = run(problemFor(zb_v, p, m), zb_v);
      EXPECT_EQ(result.span, 6 * m) << p << " " << m;
      EXPECT_EQ(result.makespan, 6 * m + p - 1) << p << " " << m;
      EXPECT_EQ(peakOf(result), 2 * p) << p << " " << m;
    }
}

TEST(NamedOrders, PatternsHoldWhatTheyPromise) {
  // Chunks of 2p, held from the start of F to the end of the input gradient.
  const std::vector<int64_t> sizes{4, 5, 6, 7, 8, 12, 16, 32};
  const std::vector<int64_t> least{4, 4, 6, 6, 6, 10, 12, 22};
  const std::vector<int64_t> half{6, 6, 8, 8, 10, 14, 18, 34};
  for (size_t at = 0; at < sizes.size(); ++at) {
    PipelineProblem problem = problemFor(v_min, sizes[at], 4 * sizes[at]);
    EXPECT_EQ(peakOf(run(problem, v_min)), least[at]) << sizes[at];
    EXPECT_EQ(peakOf(run(problem, v_half)), half[at]) << sizes[at];
  }
  EXPECT_EQ(run(problemFor(v_min, 4, 8), v_min).span, 59);
}

TEST(NamedOrders, DualPipeVWithFourProcessorsAndTenMicrobatches) {
  PipelineProblem problem = problemFor(dualpipe_v, 4, 10);
  auto order = makeNamedOrder(problem, dualpipe_v);
  ASSERT_TRUE(order);
  EXPECT_EQ(rowText(*order, 3),
            "3F0 4F0 3F1 4F1 3F2 4F2 3F3 4F3 3F4 4B0 4F4+ 3B0 3F5+ 4B1 4F5+ "
            "3B1 3F6+ 4B2 4F6+ 3B2 3F7+ 4B3 4F7+ 3B3 3F8+ 4B4 4F8+ 3B4 3F9+ "
            "4B5 4F9+ 3B5 4B6 3B6 4B7 3B7 4I8 3I8 4I9 3I9 4W8 3W8 4W9 3W9 ");
  auto spansOf = [&](const PipelineOrder &one) {
    auto result = simulate(problem, one);
    EXPECT_TRUE(result) << result.message();
    std::vector<int64_t> spans;
    for (const SimulatedProcessor &processor : result->processors)
      spans.push_back(processor.span);
    return spans;
  };
  EXPECT_EQ(spansOf(*order), (std::vector<int64_t>{66, 65, 64, 63}));
  for (auto &row : order->processors)
    for (PipelineAction &action : row)
      action.overlapsNext = false;
  EXPECT_EQ(spansOf(*order), (std::vector<int64_t>{63, 62, 61, 60}));
}

TEST(NamedOrders, ChimeraHasTheBubblesOfItsPaper) {
  // With F = B there are D − 2 of them beside the 2N of work, for N = D.
  for (int64_t p : {2, 4, 6, 8}) {
    PipelineProblem problem = problemFor(chimera, p, p);
    for (PipelineStage &stage : problem.stages)
      stage.backwardTime = 1;
    Simulation result = run(problem, chimera);
    EXPECT_EQ(result.span, 2 * p + p - 2);
    EXPECT_EQ(peakOf(result), p);
    EXPECT_EQ(std::ranges::min(peaksOf(result)), p / 2 + 1);
  }
}

TEST(NamedOrders, ProcessorsMayHaveChangedPlaces) {
  PipelineProblem problem = problemFor(zb_v, 3, 6);
  Simulation before = run(problem, zb_v);
  for (PipelineStage &stage : problem.stages)
    stage.processor = (stage.processor + 1) % 3;
  Simulation after = run(problem, zb_v);
  EXPECT_EQ(before.span, after.span);
  EXPECT_EQ(before.processors[0].peakBytes, after.processors[1].peakBytes);
}

TEST(NamedOrders, WhatCannotBeMadeIsRefused) {
  auto messageOf = [](const PipelineProblem &problem, NamedSchedule schedule,
                      NamedOrderOptions options = {}) {
    return makeNamedOrder(problem, schedule, options).message();
  };
  EXPECT_EQ(messageOf(problemFor(interleaved, 4, 8), one_f_one_b),
            "1f1b: 8 stages on 4 processors; the placement 'linear' takes one "
            "stage for each processor");
  EXPECT_EQ(messageOf(problemFor(interleaved, 4, 8), zb_v),
            "zb-v: stage 7 is on processor 3; the placement 'v' has it with "
            "stage 0 on processor 0");
  EXPECT_EQ(messageOf(problemFor(interleaved, 4, 6), interleaved),
            "interleaved-1f1b needs microbatches in groups of 4 on 4 "
            "processors; 6 are no multiple of that");
  EXPECT_EQ(messageOf(problemFor(interleaved, 4, 6), interleaved, {-1}),
            "groups of -1 microbatches; there must be at least one, or 0 for "
            "as many as processors");
  EXPECT_EQ(messageOf(problemFor(interleaved, 4, 6), interleaved, {6}), "");
  EXPECT_EQ(messageOf(problemFor(dualpipe_v, 4, 7), dualpipe_v),
            "dualpipe-v needs at least 8 microbatches on 4 processors, not 7");
  EXPECT_EQ(messageOf(problemFor(chimera, 3, 6), chimera),
            "chimera needs an even number of processors, not 3");
  EXPECT_EQ(messageOf(problemFor(chimera, 2, 2), one_f_one_b),
            "1f1b: the stages are of 2 pipelines; the placement 'linear' has "
            "1");
  EXPECT_THAT(place(unitChain(3, 1), Placement::v).message(),
              testing::HasSubstr("3 stages on 3 processors; the placement 'v' "
                                 "takes two stages for each processor"));
}

TEST(NamedOrders, NamesAreFoundInAnyCase) {
  for (const NamedScheduleInfo &info : namedSchedules())
    EXPECT_EQ(parseNamedSchedule(info.name), info.schedule);
  EXPECT_EQ(parseNamedSchedule("ZB-H1"), zb_h1);
  EXPECT_EQ(parseNamedSchedule("zb-h"), std::nullopt);
  EXPECT_EQ(infoOf(chimera).name, "chimera");
}

} // namespace
