//===- CompareBenchmark.cpp - How a comparison grows ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One row of `layerpipe compare` on 8 processors, for chains of 250 to 25,000
// layers: 1,000 to 100,000 tasks. `us_per_task` would be constant if the time
// were linear.
//
//===----------------------------------------------------------------------===//

#include "Support/TrainingTasks.h"
#include "layerpipe/Compare/Compare.h"

#include <benchmark/benchmark.h>

#include <chrono>

using namespace layerpipe;
using namespace layerpipe::scheduling;

namespace {

/// Layers of different times and sizes, the same ones in every run.
strategies::TaskForms makeModel(int64_t layers) {
  LayerGraph graph;
  for (int64_t i = 0; i < layers; ++i) {
    int64_t forward = 1000 + 137 * (i * 7 % 31), back = 2 * forward + i % 11;
    graph.layers.push_back({"l" + std::to_string(i), forward, back,
                            GradientTimes{back / 2, back - back / 2},
                            1000 + i * 13 % 900, 4000 + i * 17 % 1000});
    if (i > 0)
      graph.edges.push_back({i - 1, i});
  }
  strategies::TaskForms model{
      "chain", "ns", layerpipe::testing::makeTrainingTasks(graph, true),
      layerpipe::testing::makeTrainingTasks(graph, false)};
  model.divisible = model.decoupled;
  model.rules =
      layerpipe::testing::makeTrainingSplitRules(graph, model.divisible, 16);
  return model;
}

void compareOneRow(benchmark::State &state, const char *name) {
  strategies::TaskForms model = makeModel(state.range(0));
  auto strategy = strategies::parseStrategy(name);
  if (!strategy)
    return state.SkipWithError("no such strategy");
  double seconds = 0;
  for (auto _ : state) {
    auto begin = std::chrono::steady_clock::now();
    compare::CompareOptions options;
    options.processors = {8};
    options.strategies = {*strategy};
    auto rows = compare::compareAll(model, options);
    seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
            .count();
    if (!rows || !rows->front().error.empty())
      return state.SkipWithError("the comparison failed");
    benchmark::DoNotOptimize(rows);
  }
  double tasks = double(model.decoupled.tasks.size());
  state.counters["tasks"] = tasks;
  state.counters["us_per_task"] =
      seconds * 1e6 / tasks / double(state.iterations());
}

void pipedream(benchmark::State &state) { compareOneRow(state, "pipedream"); }
void layerpipeIntra(benchmark::State &state) {
  compareOneRow(state, "layerpipe-intra");
}

void layerpipeSplit(benchmark::State &state) {
  compareOneRow(state, "layerpipe");
}

} // namespace

BENCHMARK(layerpipeSplit)
    ->Arg(250)
    ->Arg(2500)
    ->Arg(10000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK(pipedream)
    ->Arg(250)
    ->Arg(2500)
    ->Arg(10000)
    ->Arg(25000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK(layerpipeIntra)
    ->Arg(250)
    ->Arg(2500)
    ->Arg(10000)
    ->Arg(25000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
