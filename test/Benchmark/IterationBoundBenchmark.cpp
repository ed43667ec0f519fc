//===- IterationBoundBenchmark.cpp - Iteration bounds of large graphs -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The iteration bound of 100,000 tasks, in several shapes of graph.
//
//===----------------------------------------------------------------------===//

#include "BenchmarkGraphs.h"

#include "layerpipe/Scheduling/Bounds/IterationBound.h"

#include <benchmark/benchmark.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::benchmarks;

namespace {

void measure(benchmark::State &state, const TaskGraph &graph) {
  Result<IterationBound> bound = computeIterationBound(graph);
  for (auto _ : state) {
    bound = computeIterationBound(graph);
    benchmark::DoNotOptimize(bound);
  }
  if (Status status = bound ? verify(graph, *bound) : Status(bound.error());
      !status)
    state.SkipWithError(status.message().c_str());
  state.counters["tasks"] = static_cast<double>(graph.tasks.size());
}

void iterationBoundOfTraining(benchmark::State &state) {
  measure(state, makeTraining(state.range(0), state.range(1)));
}

void iterationBoundOfSparse(benchmark::State &state) {
  measure(state, makeSparse(state.range(0), state.range(1)));
}

} // namespace

BENCHMARK(iterationBoundOfTraining)
    ->ArgNames({"tasks", "branches"})
    ->Args({100'000, 0})
    ->Args({100'000, 25})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(iterationBoundOfSparse)
    ->ArgNames({"tasks", "degree"})
    ->Args({100'000, 2})
    ->Args({100'000, 4})
    ->Unit(benchmark::kMillisecond);
