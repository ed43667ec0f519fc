//===- CompareTest.cpp - Tests of comparison rows -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows computed by hand, and what holds for all rows on random networks.
//
//===----------------------------------------------------------------------===//

#include "Comparisons.h"
#include "OneRow.h"
#include "layerpipe/Compare/EmittedSchedule.h"
#include "layerpipe/Compare/Format.h"
#include "layerpipe/Schedule/ScheduleJson.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <map>

using namespace layerpipe::compare;
using namespace layerpipe::compare::test;
using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

Row rowOf(const TaskForms &model, int64_t processors, std::string_view strategy,
          Link communication = {}) {
  CompareOptions options;
  options.links.others = communication;
  Result<Row> row =
      compareRow(model, processors, *parseStrategy(strategy), options);
  EXPECT_TRUE(row) << row.message();
  if (!row)
    return {};
  EXPECT_EQ(row->error, "");
  return *row;
}

/// Two layers: F 10, δ 10 (not of layer 1), G 10, U 1. Layer 1 has 21, layer 2
/// has 31, both have 52.
TaskForms twoLayers() { return makeModel({{}, {}}); }

int rounds(int full) {
  const char *multiplier = std::getenv("LAYERPIPE_LONG_TESTS");
  int times =
      multiplier ? std::max(1, int(std::strtol(multiplier, nullptr, 10))) : 1;
#ifdef LAYERPIPE_SANITIZED
  full = full / 10 + 1;
#endif
  return full * times;
}

/// The same random network coupled and decoupled.
TaskForms makeRandomModel(std::mt19937_64 &random) {
  std::vector<LayerTimes> layers(draw(random, 1, 12));
  for (LayerTimes &times : layers)
    times = {draw(random, 0, 9), draw(random, 0, 9), draw(random, 0, 9),
             draw(random, 0, 2)};
  TaskForms model = makeModel(layers);
  for (int64_t skips = draw(random, 0, 2); skips > 0; --skips) {
    int64_t a = draw(random, 1, layers.size());
    int64_t b = draw(random, 1, layers.size());
    if (a < b)
      for (TaskGraph *graph : {&model.coupled, &model.decoupled})
        addEdge(*graph, findTask(*graph, "F" + std::to_string(a)),
                findTask(*graph, "F" + std::to_string(b)));
  }
  for (TaskGraph *graph : {&model.coupled, &model.decoupled})
    for (Value &value : graph->values)
      value.bytes = std::hash<std::string>()(value.name) % 7;
  return model;
}

/// Default, latency, wide and narrow links.
const Link communications[] = {{}, {{0, 1}, 5}, {{4, 1}, 1}, {{1, 3}, 0}};

} // namespace

TEST(CompareRow, sequentialIsOrdinaryTraining) {
  Row row = rowOf(twoLayers(), 1, "sequential");
  EXPECT_EQ(row.period, 52);
  EXPECT_EQ(row.speedup, 1.0);
  EXPECT_EQ(row.vsPipedream, 1.0);
  EXPECT_EQ(row.lowerBound, 52);
  EXPECT_EQ(row.gap, 0.0);
  EXPECT_EQ(row.utilization, 1.0);
  EXPECT_EQ(row.maxStaleness, 0);
  EXPECT_EQ(row.stashBytes, 0);
  // x, y, F1, F2, loss, G1, I2 and G2 of one byte, U1 of 100 and U2 of 200.
  EXPECT_EQ(row.peakMemoryBytes, 308);
  EXPECT_EQ(row.communicationBytes, 0);
  EXPECT_EQ(row.bytesCopied, 0);
  EXPECT_EQ(row.limitedBy, "work");
  EXPECT_EQ(row.proof, Proof::optimal);
}

TEST(CompareRow, sequentialLeavesOtherProcessorsIdle) {
  Row row = rowOf(twoLayers(), 2, "sequential");
  EXPECT_EQ(row.processors, 2);
  EXPECT_EQ(row.processorsUsed, 1);
  EXPECT_EQ(row.period, 52);
  EXPECT_EQ(row.lowerBound, 26);
  EXPECT_EQ(row.gap, 1.0);
  EXPECT_EQ(row.utilization, 0.5);
  EXPECT_EQ(row.vsPipedream, 31.0 / 52);
  EXPECT_EQ(row.limitedBy, "processor 0 (layers 1 to 2)");
}

TEST(CompareRow, pipedreamIsItsLongestStage) {
  Row row = rowOf(twoLayers(), 2, "pipedream");
  EXPECT_EQ(row.period, 31);
  EXPECT_EQ(row.speedup, 52.0 / 31);
  EXPECT_EQ(row.vsPipedream, 1.0);
  EXPECT_EQ(row.lowerBound, 26);
  EXPECT_EQ(row.gap, 5.0 / 26);
  EXPECT_EQ(row.utilization, 52.0 / 62);
  // F1's result and B2's gradient, one byte each.
  EXPECT_EQ(row.communicationBytes, 2);
  EXPECT_EQ(row.bytesCopied, 0);
  EXPECT_EQ(row.limitedBy, "processor 1 (layer 2)");
  EXPECT_EQ(row.proof, Proof::feasible);
}

TEST(CompareRow, intraBalancesTasks) {
  // Five tasks of 10 and two of 1: 30 and 22.
  Row row = rowOf(twoLayers(), 2, "layerpipe-intra");
  EXPECT_EQ(row.period, 30);
  EXPECT_EQ(row.speedup, 52.0 / 30);
  EXPECT_EQ(row.vsPipedream, 31.0 / 30);
  EXPECT_EQ(row.lowerBound, 26);
  EXPECT_EQ(row.processorsUsed, 2);
}

TEST(CompareRow, theLongestTaskBounds) {
  TaskForms model = makeModel({{10, 10, 10, 1}, {10, 90, 30, 1}});
  Row pipedream = rowOf(model, 2, "pipedream");
  EXPECT_EQ(pipedream.period, 131);
  EXPECT_EQ(pipedream.lowerBound, 120);
  Row intra = rowOf(model, 2, "layerpipe-intra");
  EXPECT_EQ(intra.period, 90);
  EXPECT_EQ(intra.gap, 0.0);
  EXPECT_EQ(intra.limitedBy, "longest task 'D2'");
  EXPECT_EQ(intra.proof, Proof::optimal);
}

TEST(CompareRow, cyclesWithoutGradientsBound) {
  TaskForms model = twoLayers();
  for (TaskGraph *graph : {&model.coupled, &model.decoupled}) {
    addEdge(*graph, findTask(*graph, "loss"), findTask(*graph, "U2"),
            EdgeKind::state);
    int64_t edge = addEdge(*graph, findTask(*graph, "U2"),
                           findTask(*graph, "loss"), EdgeKind::state, 1);
    graph->edges[edge].initial = "constant:0";
    graph->tasks[findTask(*graph, "U2")].time = 40;
    graph->tasks[findTask(*graph, "loss")].time = 5;
  }
  Row row = rowOf(model, 4, "layerpipe-intra");
  // U2, F2, the loss and U2 again, with one delay.
  EXPECT_EQ(row.lowerBound, 55);
  EXPECT_THAT(row.limitedBy, HasSubstr("cycle"));
  EXPECT_THAT(row.limitedBy, HasSubstr("'U2'"));
}

TEST(CompareRow, slowLinksLeaveProcessorsIdle) {
  TaskForms model = twoLayers();
  Link slow{{1, 40}, 0}; // 40 per byte
  Row pipedream = rowOf(model, 2, "pipedream", slow);
  // Two stages would exchange two bytes, 80; one processor needs no link.
  EXPECT_EQ(pipedream.period, 52);
  EXPECT_EQ(pipedream.processorsUsed, 1);
  EXPECT_EQ(pipedream.bytesCopied, 0);
  Row intra = rowOf(model, 2, "layerpipe-intra", slow);
  EXPECT_EQ(intra.period, 52);
  EXPECT_EQ(intra.processorsUsed, 1);
  EXPECT_EQ(intra.bytesCopied, 0);
  EXPECT_EQ(intra.utilization, 0.5);
}

TEST(CompareRow, speedsAndMemoriesOfProcessors) {
  CompareOptions options = makeOptions("2", "layerpipe-intra,pipedream");
  options.speeds = {{2, 1}, {1, 1}};
  Result<std::vector<Row>> rows = compareAll(twoLayers(), options);
  ASSERT_TRUE(rows) << rows.message();
  // 52 at three times the speed, in tasks of 10.
  EXPECT_EQ((*rows)[0].lowerBound, 18);
  EXPECT_LE(*(*rows)[0].period, 21);
  EXPECT_LE(*(*rows)[0].period, *(*rows)[1].period);
  options.speeds = {{1, 1}};
  EXPECT_THAT(compareAll(twoLayers(), options).message(),
              HasSubstr("1 speeds for 2 processors"));
  options.speeds.clear();
  options.memory = 100; // less than one copy of layer 2's weights
  rows = compareAll(twoLayers(), options);
  ASSERT_TRUE(rows) << rows.message();
  EXPECT_THAT((*rows)[0].error, HasSubstr("reads 101 bytes"));
  EXPECT_FALSE((*rows)[0].period);
}

TEST(CompareRow, intraMayStayCoupled) {
  // Apart, layer 2's gradients take far longer than together.
  TaskForms model = twoLayers();
  for (const char *name : {"D2", "G2"})
    model.decoupled.tasks[findTask(model.decoupled, name)].time = 100;
  Row intra = rowOf(model, 2, "layerpipe-intra");
  EXPECT_EQ(intra.period, 31);
  EXPECT_EQ(intra.vsPipedream, 1.0);
  EXPECT_EQ(intra.lowerBound, 26);
}

TEST(CompareRow, refusesWhatIsNoComparison) {
  TaskForms model = twoLayers();
  Strategy pipedream = *parseStrategy("pipedream");
  EXPECT_THAT(compareRow(model, 0, pipedream, {}).message(),
              HasSubstr("0 processors"));
  EXPECT_THAT(compareRow(model, 2, {"magic", "", true}, {}).message(),
              HasSubstr("no strategy 'magic'"));
  CompareOptions options;
  options.links.others.latency = -1;
  EXPECT_THAT(compareRow(model, 2, pipedream, options).message(),
              HasSubstr("latency"));
  model.timeUnit = "days";
  EXPECT_THAT(compareRow(model, 2, pipedream, {}).message(),
              HasSubstr("ns, us or cycles"));
  model = twoLayers();
  model.decoupled.tasks[1].time = -1;
  EXPECT_THAT(compareRow(model, 2, pipedream, {}).message(),
              HasSubstr("the decoupled graph: "));
}

TEST(CompareAll, ordersRowsByProcessorsThenStrategies) {
  CompareOptions options = makeOptions("1-2", "layerpipe-intra,sequential");
  options.processors = {2, 1, 2};
  Result<std::vector<Row>> rows = compareAll(twoLayers(), options);
  ASSERT_TRUE(rows) << rows.message();
  std::string order;
  for (const Row &row : *rows)
    order += std::to_string(row.processors) + row.strategy[0];
  EXPECT_EQ(order, "1l1s2l2s");
}

TEST(CompareAll, wantsSomethingToCompare) {
  CompareOptions options = makeOptions("2", "pipedream");
  options.strategies.clear();
  EXPECT_THAT(compareAll(twoLayers(), options).message(),
              HasSubstr("no strategy"));
  options = makeOptions("2", "pipedream");
  options.processors.clear();
  EXPECT_THAT(compareAll(twoLayers(), options).message(),
              HasSubstr("no number of processors"));
}

TEST(CompareAll, moreProcessorsThanLayersStayIdle) {
  Result<std::vector<Row>> rows = compareAll(
      twoLayers(), makeOptions("2,3,9", "pipedream,layerpipe-intra"));
  ASSERT_TRUE(rows) << rows.message();
  ASSERT_EQ(rows->size(), 6u);
  for (const Row &row : *rows)
    EXPECT_EQ(row.error, "");
  EXPECT_EQ((*rows)[2].period, (*rows)[0].period);
  EXPECT_EQ((*rows)[4].processorsUsed, 2);
}

TEST(CompareAll, hasNoScheduleForACostRow) {
  Result<std::vector<Row>> rows =
      compareAll(twoLayers(), makeOptions("2", "pipedream-replicated"),
                 [](const Row &row, const StaticSchedule *schedule) {
                   EXPECT_EQ(schedule, nullptr);
                 });
  ASSERT_TRUE(rows) << rows.message();
  EXPECT_FALSE(rows->front().schedulable);
  // Both layers on both processors in turn.
  EXPECT_EQ(rows->front().period, 26);
  EXPECT_FALSE(rows->front().maxStaleness);
}

TEST(CompareAll, handsOutTheScheduleOfEveryRow) {
  int schedules = 0;
  auto listen = [&](const Row &row, const StaticSchedule *schedule) {
    ASSERT_NE(schedule, nullptr);
    ++schedules;
    EmittedSchedule file = makeEmittedSchedule("chain", row, *schedule);
    EXPECT_EQ(file.name, "chain-" + row.strategy + "-p2.json");
    Result<StaticSchedule> read = readScheduleJson(file.text);
    ASSERT_TRUE(read) << read.message();
    EXPECT_TRUE(check(*read));
    EXPECT_EQ(read->graph, "chain");
    EXPECT_EQ(read->strategy, row.strategy);
    EXPECT_EQ(read->timeUnit, "us");
    EXPECT_EQ(read->period, row.period);
    EXPECT_EQ(read->bounds.lower, row.lowerBound);
    EXPECT_EQ(read->limitedBy, row.limitedBy);
  };
  ASSERT_TRUE(compareAll(
      twoLayers(), makeOptions("2", "sequential,pipedream,layerpipe-intra"),
      listen));
  EXPECT_EQ(schedules, 3);
}

TEST(CompareAll, aRowDoesNotDependOnTheOthers) {
  std::mt19937_64 random(3);
  TaskForms model = makeRandomModel(random);
  CompareOptions options =
      makeOptions("1-6", "layerpipe-intra,pipedream,sequential");
  options.links.others = {{2, 1}, 1};
  Result<std::vector<Row>> rows = compareAll(model, options);
  ASSERT_TRUE(rows) << rows.message();
  for (const Row &row : *rows) {
    Result<Row> alone = compareRow(model, row.processors,
                                   *parseStrategy(row.strategy), options);
    ASSERT_TRUE(alone) << alone.message();
    EXPECT_EQ(formatJson({*alone}), formatJson({row}));
  }
}

/// What the schedule's own lists say, counted in another way.
static void expectConsistent(const Row &row, const StaticSchedule &schedule) {
  int64_t work = 0, memory = 0, transferred = 0;
  for (const ScheduleProcessor &processor : schedule.processors) {
    work += processor.busy;
    memory += processor.memoryBytes;
  }
  std::map<std::pair<int64_t, std::string>, int64_t> once;
  for (const ScheduleEdge &edge : schedule.edges)
    once[{schedule.tasks[edge.to].processor, edge.value}] = edge.bytes;
  int64_t single = 0;
  for (const auto &[place, bytes] : once) {
    single += bytes;
    for (const ScheduleTransfer &transfer : schedule.transfers)
      if (transfer.value == place.second && transfer.toProcessor == place.first)
        transferred += bytes;
  }
  EXPECT_EQ(row.stashBytes, memory - single);
  EXPECT_EQ(row.communicationBytes, transferred);
  EXPECT_GE(*row.period, *row.lowerBound);
  EXPECT_NEAR(*row.utilization,
              double(work) / (double(row.processors) * double(*row.period)),
              1e-12);
}

TEST(CompareAll, holdsItsPromisesOnRandomNetworks) {
  for (int seed = 0; seed < rounds(8); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskForms model = makeRandomModel(random);
    CompareOptions options =
        makeOptions("1-16", "sequential,pipedream,layerpipe-intra");
    options.links.others = communications[seed % 4];
    int64_t total = std::max<int64_t>(totalTime(model.coupled), 1);
    int64_t pipedream = 0;
    auto listen = [&](const Row &row, const StaticSchedule *schedule) {
      SCOPED_TRACE(formatJson({row}));
      ASSERT_EQ(schedule != nullptr, row.error.empty());
      if (row.strategy == "pipedream")
        pipedream = row.period.value_or(0);
      if (!schedule)
        return;
      expectConsistent(row, *schedule);
      if (row.strategy == "sequential") {
        EXPECT_EQ(row.period, total);
        EXPECT_EQ(row.maxStaleness, 0);
      }
      if (row.strategy == "layerpipe-intra") {
        EXPECT_LE(*row.period, total);
        if (pipedream > 0) {
          EXPECT_LE(*row.period, pipedream);
          EXPECT_GE(*row.vsPipedream, 1.0);
        }
      }
    };
    ASSERT_TRUE(compareAll(model, options, listen));
  }
}

/// Graphs whose backwards happen to be coupled in both.
TEST(CompareAll, intraIsNeverWorseOnAnyTrainingGraph) {
  for (int seed = 0; seed < rounds(5); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomTraining(random, 16);
    TaskForms model{"random", "ns", graph, graph};
    CompareOptions options = makeOptions("2-16", "pipedream,layerpipe-intra");
    options.links.others = communications[seed % 4];
    Result<std::vector<Row>> rows = compareAll(model, options);
    ASSERT_TRUE(rows) << rows.message();
    for (size_t i = 0; i + 1 < rows->size(); i += 2)
      if (const Row &pipedream = (*rows)[i]; pipedream.period) {
        ASSERT_TRUE((*rows)[i + 1].period) << (*rows)[i + 1].error;
        EXPECT_LE(*(*rows)[i + 1].period, *pipedream.period);
      }
  }
}
