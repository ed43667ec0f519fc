//===- StageFillsTest.cpp - Ways to fill fractional stages ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageFills.h"

#include "Graphs.h"
#include "RandomSplitRules.h"
#include "layerpipe/Scheduling/Splitting/FractionalStaleness.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace layerpipe::scheduling::test {
namespace {

/// Layers of equal times, one of which has nearly all the bytes.
TaskGraph makeTopHeavyChain(std::mt19937_64 &random, int64_t layers) {
  std::vector<LayerTimes> times(layers);
  for (LayerTimes &each : times)
    each = {draw(random, 20, 200), draw(random, 20, 200), draw(random, 20, 200),
            0};
  TaskGraph graph = makeChain(times);
  for (Parameter &parameter : graph.parameters)
    parameter.bytes = draw(random, 1, 1000);
  graph.parameters[draw(random, 1, layers - 1)].bytes = 100'000;
  return graph;
}

TEST(StageFills, theGoalIsThatOfExactFractions) {
  // Six sevenths of the work come before the third layer, so that on two stages
  // it begins on the second one.
  TaskGraph graph =
      makeChain({{100, 0, 100, 0}, {100, 100, 200, 0}, {50, 25, 25, 0}});
  graph.parameters[0].bytes = 1;
  graph.parameters[1].bytes = 10;
  graph.parameters[2].bytes = 100;
  EXPECT_EQ(fractionalStaleness(graph, 2), (std::vector<int64_t>{1, 1, 0}));
  EXPECT_EQ(fractionalStaleness(graph, 7), (std::vector<int64_t>{6, 4, 0}));
}

/// Where each stage is filled in its own way, the staleness of one forward, one
/// backward is less than where all are filled alike, and no load is longer.
TEST(StageFills, eachStageFindsItsOwnWay) {
  int64_t above = 0, improved = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeTopHeavyChain(random, draw(random, 8, 30));
    std::vector<SplitRule> rules = makeSplitRules(graph, 8, 1);
    Machine machine{.processors = draw(random, 3, 8)};
    SplitModel model(graph, rules, machine);
    FractionalStages fractional(model);
    int64_t limit = totalTime(graph) * 101 / (100 * machine.processors) + 2;
    Wide staleness = -1;
    for (StageFill fill : uniformFills(/*large=*/false))
      if (auto stages = fractional.make(limit, fill))
        if (Wide made = pipelineStaleness(model, *stages);
            staleness < 0 || made < staleness)
          staleness = made;
    if (staleness <= exactStaleness(model))
      continue;
    ++above;
    auto fills = searchFills(fractional, limit);
    ASSERT_FALSE(fills.empty());
    auto better = fractional.make(limit, fills.front());
    ASSERT_TRUE(better);
    improved += pipelineStaleness(model, *better) < staleness;
    std::vector<int64_t> loads(machine.processors, 0);
    for (size_t task = 0; task < better->size(); ++task) {
      int64_t from = 0;
      for (const Part &part : (*better)[task].parts) {
        if (part.processor >= 0)
          loads[part.processor] +=
              partTime(graph.tasks[task].time, from, part.end,
                       (*better)[task].parts.back().end);
        from = part.end;
      }
    }
    EXPECT_LE(*std::max_element(loads.begin(), loads.end()), limit);
  }
  EXPECT_GT(above, 0);
  EXPECT_GT(2 * improved, above);
}

} // namespace
} // namespace layerpipe::scheduling::test
