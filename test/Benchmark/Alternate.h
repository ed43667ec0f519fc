//===- Alternate.h - Two programs for one thing, in turn --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times own code and Boost.Graph in turn within one run, so that a machine that
// is now fast and now slow treats both alike. Times are those of the processor:
// other programs on the machine count as little as possible.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_BENCHMARK_ALTERNATE_H
#define LAYERPIPE_TEST_BENCHMARK_ALTERNATE_H

#include "BenchmarkGraphs.h"
#include "layerpipe/Scheduling/Model/BoostGraph.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <vector>

namespace layerpipe::scheduling::benchmarks {

/// The processor time of this thread, in milliseconds.
inline double processorTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) +
         1e-6 * static_cast<double>(now.tv_nsec);
}

/// The function's result, and its time in milliseconds appended to `times`.
template <typename Function>
auto timed(const Function &function, std::vector<double> &times) {
  double start = processorTime();
  auto result = function();
  benchmark::DoNotOptimize(result);
  times.push_back(processorTime() - start);
  return result;
}

inline double medianOf(std::vector<double> times) {
  auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

/// Runs both in turn and prints the medians of their times and how many times
/// longer Boost.Graph takes. Fails unless `equal` holds for the two results.
template <typename Own, typename Boost, typename Equal = std::equal_to<>>
void alternate(benchmark::State &state, const Own &own, const Boost &boost,
               const Equal &equal = {}) {
  std::vector<double> ownTimes, boostTimes;
  for (auto _ : state) {
    auto ours = timed(own, ownTimes);
    auto theirs = timed(boost, boostTimes);
    if (!equal(ours, theirs)) {
      state.SkipWithError("the two answers differ");
      return;
    }
    state.SetIterationTime((ownTimes.back() + boostTimes.back()) / 1000);
  }
  state.counters["own_ms"] = medianOf(ownTimes);
  state.counters["boost_ms"] = medianOf(boostTimes);
  state.counters["ratio"] = medianOf(boostTimes) / medianOf(ownTimes);
}

/// 100,000 tasks: a training graph without and with skip connections, a chain,
/// and random graphs of two and four edges a task.
inline TaskGraph makeShape(benchmark::State &state) {
  switch (state.range(0)) {
  case 0:
    state.SetLabel("training");
    return makeTraining(100'000, 0);
  case 1:
    state.SetLabel("training, 25 % skips");
    return makeTraining(100'000, 25);
  case 2:
    state.SetLabel("chain");
    return makeLine(100'000);
  case 3:
    state.SetLabel("random, 2 edges a task");
    return makeSparse(100'000, 2);
  default:
    state.SetLabel("random, 4 edges a task");
    return makeSparse(100'000, 4);
  }
}

inline void onAllShapes(benchmark::internal::Benchmark *benchmark) {
  benchmark->ArgName("shape")->DenseRange(0, 4)->UseManualTime();
  benchmark->Unit(benchmark::kMillisecond)->Iterations(21);
}

using Colours = std::vector<boost::default_color_type>;

inline auto mapOf(Colours &colours) {
  return boost::make_iterator_property_map(colours.begin(), IndexMap());
}
inline auto mapOf(std::vector<int64_t> &values) {
  return boost::make_iterator_property_map(values.begin(), IndexMap());
}

} // namespace layerpipe::scheduling::benchmarks

#endif // LAYERPIPE_TEST_BENCHMARK_ALTERNATE_H
