//===- WaitTest.cpp - Tests of how long threads are said to wait ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each cause is made on purpose, by a host that sleeps, and must be named; no
// test asserts how long it took.
//
//===----------------------------------------------------------------------===//

#include "Chains.h"
#include "WaitRecorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <numeric>
#include <thread>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::test;
using namespace std::chrono_literals;

TEST(WaitCause, IsThatOfTheProcessorsEnd) {
  EXPECT_EQ(causeOf({0, 1, 2, 1, false}, 2), WaitCause::Value);
  EXPECT_EQ(causeOf({0, 1, 2, 1, false}, 1), WaitCause::Room);
  EXPECT_EQ(causeOf({0, hostProcessor, 2, 1, false}, 2), WaitCause::Data);
  EXPECT_EQ(causeOf({0, 1, hostProcessor, 1, false}, 1), WaitCause::Loss);
}

TEST(WaitRecorder, KeepsTheSteadyPartAlone) {
  WaitRecorder recorder(2);
  recorder.add(0, 5s); // This was the warm-up.
  EXPECT_EQ(recorder.result().seconds, 0);
  recorder.begin();
  recorder.add(1, 250ms);
  recorder.add(1, 500ms);
  recorder.end(3);
  recorder.add(0, 7s); // This is the epilogue.
  ThreadWaits waits = recorder.result();
  EXPECT_EQ(waits.channels, (std::vector<double>{0, 0.75}));
  EXPECT_GT(waits.seconds, 0);
  EXPECT_DOUBLE_EQ(recorder.period() * 3, waits.seconds);
}

TEST(WaitRecorder, APartWithoutPeriodsHasNoWaits) {
  WaitRecorder recorder(1);
  recorder.begin();
  recorder.add(0, 1s);
  recorder.end(0);
  EXPECT_EQ(recorder.period(), 0);
  EXPECT_EQ(recorder.result().channels, (std::vector<double>{0}));
}

namespace {

struct SlowHost : CountingHost {
  void load(int64_t iteration, const HostBatch &batch) noexcept override {
    // Nothing is left to do for the processors by then.
    while (loading > 0ms && seen.load() < iteration)
      std::this_thread::yield();
    std::this_thread::sleep_for(loading);
    CountingHost::load(iteration, batch);
  }
  bool observe(int64_t iteration, float loss) override {
    std::this_thread::sleep_for(observing);
    const bool goOn = CountingHost::observe(iteration, loss);
    seen.store(iteration + 1);
    return goOn;
  }
  std::chrono::milliseconds loading{0}, observing{0};
  std::atomic<int64_t> seen{0};
};

} // namespace

/// Runs a pipeline of two processors without lags and returns the seconds that
/// each cause took on each of them.
static std::vector<std::array<double, waitCauseCount>>
runWith(SlowHost &host, bool sequential = false) {
  Chain chain;
  chain.processor = {0, 1};
  chain.lag = {0, 0};
  chain.near = {0, 0};
  chain.far = {0, 0};
  chain.feedback = 50; // Nobody waits for that.
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  // The last channel takes losses to the host: one lies there at a time.
  program.manifest.channels.back().capacity = 1;
  auto executor = Executor::create(program);
  RunOptions options;
  options.iterations = 60;
  options.sequential = sequential;
  Result<RunSummary> run = (*executor)->run(options, {}, host);
  EXPECT_TRUE(run);
  std::vector<std::array<double, waitCauseCount>> causes;
  for (size_t thread = 0; thread < run->waits.size(); ++thread) {
    const ThreadWaits &waits = run->waits[thread];
    EXPECT_GT(waits.seconds, 0);
    auto &sums = causes.emplace_back();
    for (size_t c = 0; c < waits.channels.size(); ++c)
      sums[size_t(causeOf(program.manifest.channels[c], int64_t(thread)))] +=
          waits.channels[c];
    EXPECT_LE(std::accumulate(sums.begin(), sums.end(), 0.0), waits.seconds);
  }
  return causes;
}

TEST(Waits, ASlowLoaderIsTheFirstProcessorsCause) {
  SlowHost host;
  host.loading = 2ms;
  auto causes = runWith(host);
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_GT(causes[0][size_t(WaitCause::Data)], 0);
  EXPECT_EQ(causes[0][size_t(WaitCause::Loss)], 0);
  EXPECT_GT(causes[1][size_t(WaitCause::Value)], 0);
  EXPECT_EQ(causes[1][size_t(WaitCause::Data)], 0);
}

TEST(Waits, AHostThatTakesNoLossesIsTheLastProcessorsCause) {
  SlowHost host;
  host.observing = 2ms;
  auto causes = runWith(host);
  EXPECT_GT(causes[1][size_t(WaitCause::Loss)], 0);
  EXPECT_EQ(causes[0][size_t(WaitCause::Loss)], 0);
}

TEST(Waits, OneThreadWaitsForTheHostAlone) {
  SlowHost host;
  host.loading = 2ms;
  auto causes = runWith(host, /*sequential=*/true);
  ASSERT_EQ(causes.size(), 1u);
  EXPECT_GT(causes[0][size_t(WaitCause::Data)], 0);
  EXPECT_EQ(causes[0][size_t(WaitCause::Value)], 0);
  EXPECT_EQ(causes[0][size_t(WaitCause::Room)], 0);
}
