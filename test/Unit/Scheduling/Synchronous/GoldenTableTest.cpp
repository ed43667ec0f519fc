//===- GoldenTableTest.cpp - Published bubble rates -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rates of 1F1B, ZB-H1 and ZB-H2 come out of the simulation to all four
// digits that are printed. Those of interleaved 1F1B come out of
//
//   cost = m T + (p − 1) T / v + (2pv − p − 2) T_comm;
//
// the simulation of Megatron's order has p more transfers one after another,
// 2 (pv − 1), so that its rates are up to a fifth of a per cent higher.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"

#include "GoldenTable.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

int64_t workOf(const GoldenRow &row) {
  return row.forwardTime + row.inputGradientTime + row.weightGradientTime;
}

int64_t rateOf(double cost, double work) {
  return std::llround((cost - work) / cost * 1e4);
}

int64_t rateOf(const PipelineProblem &problem, NamedSchedule schedule) {
  auto order = makeNamedOrder(problem, schedule);
  EXPECT_TRUE(order) << order.message();
  auto result = simulate(problem, *order);
  EXPECT_TRUE(result) << result.message();
  return std::llround(bubbleRate(*result) * 1e4);
}

void checkRow(const GoldenRow &row) {
  SCOPED_TRACE(row.model + " " + std::to_string(row.microbatches));
  PipelineProblem problem = problemOf(row);
  EXPECT_EQ(rateOf(problem, NamedSchedule::one_f_one_b), row.plain);
  EXPECT_EQ(rateOf(problem, NamedSchedule::zb_h1), row.zbH1);
  EXPECT_EQ(rateOf(problem, NamedSchedule::zb_h2), row.zbH2);
  EXPECT_EQ(row.zb1p, row.zbH1);
}

/// All stages are of whole chunks here, as in the formula.
void checkInterleaved(const GoldenRow &row) {
  SCOPED_TRACE(row.model + " " + std::to_string(row.microbatches));
  int64_t p = row.stages, v = row.chunks, m = row.microbatches;
  double work = static_cast<double>(m * workOf(row));
  double drained = static_cast<double>((p - 1) * workOf(row)) / double(v);
  auto costWith = [&](int64_t transfers) {
    return work + drained + double(transfers * row.transferTime);
  };
  EXPECT_EQ(rateOf(costWith(2 * p * v - p - 2), work), row.interleaved);

  GoldenRow scaled = row;
  scaled.stages = p * v;
  PipelineProblem chain = problemOf(scaled);
  chain.machine.processors = p;
  // Times are scaled by v, so that a chunk has that of the whole stage.
  chain.machine.links.others.latency *= v;
  auto problem = place(chain, Placement::loop);
  ASSERT_TRUE(problem) << problem.message();
  EXPECT_EQ(rateOf(*problem, NamedSchedule::interleaved),
            rateOf(costWith(2 * (p * v - 1)), work));
}

TEST(GoldenTable, SomeRows) {
  for (const GoldenRow &row : someGoldenRows()) {
    checkRow(row);
    checkInterleaved(row);
  }
}

TEST(GoldenTable, AllRows) {
  std::vector<GoldenRow> rows = allGoldenRows();
  if (rows.empty())
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder with the table";
  EXPECT_EQ(rows.size(), 12U);
  for (const GoldenRow &row : rows) {
    checkRow(row);
    checkInterleaved(row);
  }
}

} // namespace
