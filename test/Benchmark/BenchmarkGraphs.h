//===- BenchmarkGraphs.h - Task graphs to measure with ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Training graphs and random graphs of a given size, the same at every run.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_BENCHMARK_BENCHMARKGRAPHS_H
#define LAYERPIPE_TEST_BENCHMARK_BENCHMARKGRAPHS_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <cstdint>

namespace layerpipe::scheduling::benchmarks {

/// The training graph of about `tasks` tasks of a network without (`branches`
/// = 0) or with skip connections, `branches` in a hundred layers: forward,
/// grad_input, grad_weight and update of every layer, in times of 1 … 1000 per
/// product and sizes of 1 … 2^20 blocks of 64 bytes, and the staleness that
/// 16 stages need.
TaskGraph makeTraining(int64_t tasks, int64_t branches);

/// Tasks of times 0 … 1000 with `degree` edges each, forward ones of distance
/// 0 or 1, others of 1 or 2.
TaskGraph makeSparse(int64_t tasks, int64_t degree);

/// Tasks of times 1 … 1000 one after another, each reading the one before it
/// without delay, and an edge of distance 16 from the last back to the first.
TaskGraph makeLine(int64_t tasks);

} // namespace layerpipe::scheduling::benchmarks

#endif // LAYERPIPE_TEST_BENCHMARK_BENCHMARKGRAPHS_H
