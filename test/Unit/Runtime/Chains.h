//===- Chains.h - Small programs for tests of the executor ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random pipelines with lags, distances and feedback, as a manifest and as a
// recomputation in plain loops.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_RUNTIME_CHAINS_H
#define LAYERPIPE_TEST_UNIT_RUNTIME_CHAINS_H

#include "layerpipe/Runtime/Executor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace layerpipe::runtime::test {

/// What stage s of a chain reads: the previous stage's value twice, at two
/// distances (the input for stage 0), and its own last one. Stage 0 also reads
/// the last stage's value, `feedback` iterations ago.
struct Chain {
  std::vector<int64_t> processor, lag, near, far;
  int64_t feedback = 0;
  float initial = 0.5f; ///< Of every buffer before iteration 0.

  size_t stages() const { return lag.size(); }
};

/// Feeds its iteration number and remembers the losses.
struct CountingHost : Host {
  void load(int64_t iteration, const HostBatch &batch) noexcept override {
    *batch.inputs[0] = float(iteration % 17);
    *static_cast<int32_t *>(batch.labels[0]) = 0;
  }
  bool observe(int64_t iteration, float loss) override {
    EXPECT_EQ(iteration, int64_t(losses.size()));
    losses.push_back(loss);
    return true;
  }
  std::vector<float> losses;
};

/// Function 0 is that of stage 0, and function 1 that of every other one.
extern const layerpipe_task_function chainFunctions[];

/// The same values without lags, rings or threads.
std::vector<float> recompute(const Chain &chain, int64_t iterations);

/// A random chain that a schedule could have: stages in order within a period,
/// lags that don't fall, feedback long enough.
Chain randomChain(unsigned seed, int64_t processors);

/// One float in a buffer of so many slots.
int64_t addBuffer(Manifest &manifest, std::string name, int64_t slots,
                  BufferInitial initial);

/// A channel that may use all of the buffer's slots, unless it is there.
void addChannel(Manifest &manifest, int64_t buffer, int64_t from, int64_t to);

Manifest emptyManifest(int64_t processors);

/// Buffers 0 and 1 are input and labels, buffer s + 2 is stage s' result.
Manifest makeManifest(const Chain &chain, int64_t processors);

/// A chain whose last value is a parameter.
Program parameterChain(const Chain &chain, int64_t processors);

Result<RunSummary> runManifest(const Program &program, int64_t iterations,
                               bool sequential, CountingHost &host,
                               Transport &transport = sharedMemory());

} // namespace layerpipe::runtime::test

#endif // LAYERPIPE_TEST_UNIT_RUNTIME_CHAINS_H
