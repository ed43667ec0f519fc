//===- StorageRetimingBenchmark.cpp - Minimum storage and an LP solver ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Minimum-storage retiming within a period, beside the same linear programme
// in CLP. CLP is handed the paths that the answer's proof needs and finds none
// itself, so it has the smaller task. Both optima must be equal, exactly.
//
//===----------------------------------------------------------------------===//

#include "BenchmarkGraphs.h"

#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"
#include "layerpipe/Scheduling/Retiming/StorageRetiming.h"

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::benchmarks;

namespace {

/// min Σ factor·x, x(to) − x(from) ≥ least; x are the lags, then the M of the
/// values.
struct Programme {
  struct Row {
    int64_t from, to, least;
  };
  std::vector<double> factor;
  std::vector<Row> rows;
};

/// The delays of a path in a tree of the proof.
int64_t delaysOn(const TaskGraph &graph, const std::vector<int64_t> &tree,
                 const StorageProof::Path &path) {
  int64_t delays = 0;
  for (int64_t at = path.last; at != path.first;
       at = graph.edges[tree[at]].from)
    delays += graph.edges[tree[at]].distance;
  return delays;
}

Programme makeProgramme(const TaskGraph &graph, const StorageProof &proof) {
  int64_t tasks = graph.tasks.size();
  Programme programme;
  programme.factor.assign(tasks + graph.values.size(), 0);
  for (const Edge &edge : graph.edges) {
    int64_t last = tasks + edge.value;
    double bytes = static_cast<double>(graph.values[edge.value].bytes);
    if (programme.factor[last] == 0)
      programme.factor[edge.from] -= bytes;
    programme.factor[last] = bytes;
    programme.rows.push_back({edge.from, edge.to, -edge.distance});
    programme.rows.push_back({edge.to, last, edge.distance});
  }
  for (const StorageProof::Path &path : proof.paths)
    programme.rows.push_back(
        {path.first, path.last,
         1 - delaysOn(graph, proof.trees[path.tree], path)});
  return programme;
}

void load(const Programme &programme, ClpSimplex &clp) {
  std::vector<int> rows, columns;
  std::vector<double> entries, least;
  for (const Programme::Row &row : programme.rows) {
    // x(v) − x(v) is 0 whatever x is.
    if (row.from != row.to) {
      int index = static_cast<int>(least.size());
      rows.insert(rows.end(), {index, index});
      columns.push_back(static_cast<int>(row.to));
      columns.push_back(static_cast<int>(row.from));
      entries.insert(entries.end(), {1.0, -1.0});
      least.push_back(static_cast<double>(row.least));
    }
  }
  CoinPackedMatrix matrix(true, rows.data(), columns.data(), entries.data(),
                          static_cast<CoinBigIndex>(entries.size()));
  std::vector<double> low(programme.factor.size(), -COIN_DBL_MAX);
  std::vector<double> high(programme.factor.size(), COIN_DBL_MAX);
  std::vector<double> most(least.size(), COIN_DBL_MAX);
  matrix.setDimensions(static_cast<int>(least.size()),
                       static_cast<int>(low.size()));
  clp.setLogLevel(0);
  clp.loadProblem(matrix, low.data(), high.data(), programme.factor.data(),
                  least.data(), most.data());
}

/// CLP's lags, rounded to what they stand for.
Retiming lagsOf(const ClpSimplex &clp, int64_t tasks) {
  Retiming lags;
  for (int64_t task = 0; task < tasks; ++task)
    lags.push_back(std::llround(clp.primalColumnSolution()[task] -
                                clp.primalColumnSolution()[0]));
  return lags;
}

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

/// The period is the shortest one and so many per cent.
void storageBesideClp(benchmark::State &state) {
  TaskGraph graph = makeTraining(state.range(0), state.range(1));
  Result<PeriodRetiming> shortest = minimumPeriodRetiming(graph);
  if (!shortest)
    return state.SkipWithError(shortest.message().c_str());
  StorageOptions options;
  options.period = shortest->period + shortest->period * state.range(2) / 100;

  double ours = 0, clps = 0;
  for (auto _ : state) {
    auto start = std::chrono::steady_clock::now();
    Result<StorageRetiming> answer = minimumStorageRetiming(graph, options);
    double seconds = secondsSince(start);
    state.SetIterationTime(seconds);
    if (!answer)
      return state.SkipWithError(answer.message().c_str());
    if (Status status = verify(graph, options, *answer); !status)
      return state.SkipWithError(status.message().c_str());
    Programme programme = makeProgramme(graph, answer->flow);
    start = std::chrono::steady_clock::now();
    ClpSimplex clp;
    load(programme, clp);
    clp.initialSolve();
    ours += seconds;
    clps += secondsSince(start);
    Retiming lags = lagsOf(clp, graph.tasks.size());
    if (clp.status() != 0 || !verify(graph, lags) ||
        answer->proof != Proof::optimal ||
        storageOf(graph, lags, false) != answer->storage)
      return state.SkipWithError("CLP has another optimum");
  }
  state.counters["CLP_s"] =
      benchmark::Counter(clps, benchmark::Counter::kAvgIterations);
  state.counters["ratio"] = clps / ours;
}

} // namespace

BENCHMARK(storageBesideClp)
    ->ArgNames({"tasks", "branches", "slack"})
    ->Args({10'000, 0, 10})
    ->Args({10'000, 25, 10})
    ->Args({10'000, 0, 0})
    ->Args({10'000, 25, 0})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
