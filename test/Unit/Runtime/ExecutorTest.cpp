//===- ExecutorTest.cpp - Tests of running static programs ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random pipelines with lags, distances and feedback, executed by several
// threads and by one, against a recomputation in plain loops; and programs
// that can't go on.
//
//===----------------------------------------------------------------------===//

#include "Chains.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::test;
using testing::HasSubstr;
using namespace std::chrono_literals;

static void checkChain(unsigned seed, int64_t processors) {
  SCOPED_TRACE(testing::Message()
               << "seed " << seed << ", " << processors << " processors");
  Chain chain = randomChain(seed, processors);
  Program program{makeManifest(chain, processors), chainFunctions,
                  &referenceKernelLibrary()};
  Result<void> verified = verifyManifest(program.manifest, {2});
  ASSERT_TRUE(verified) << verified.error().message;
  for (int64_t iterations : {0, 1, 2, 3, 100})
    for (bool sequential : {false, true}) {
      CountingHost host;
      Result<RunSummary> run =
          runManifest(program, iterations, sequential, host);
      ASSERT_TRUE(run) << run.error().message;
      EXPECT_EQ(host.losses, recompute(chain, iterations))
          << iterations << " iterations, sequential " << sequential;
    }
}

TEST(Executor, RandomChainsOnOneProcessor) {
  for (unsigned seed = 0; seed < 10; ++seed)
    checkChain(seed, 1);
}

TEST(Executor, RandomChainsOnTwoProcessors) {
  for (unsigned seed = 100; seed < 115; ++seed)
    checkChain(seed, 2);
}

TEST(Executor, RandomChainsOnMoreProcessorsThanCores) {
  for (unsigned seed = 200; seed < 206; ++seed)
    checkChain(seed, 7);
}

TEST(Executor, FinalParametersAreThoseOfTheLastIteration) {
  Chain chain = randomChain(1, 2);
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  Manifest &manifest = program.manifest;
  manifest.buffers[manifest.loss].initial = ParameterInitial{0};
  manifest.parameters.push_back({"p", {1}, false, 0, manifest.loss, 0});
  ASSERT_TRUE(verifyManifest(manifest, {2}));
  auto executor = Executor::create(program);
  ASSERT_TRUE(executor);
  for (int64_t iterations : {0, 1, 40}) {
    CountingHost host;
    RunOptions options;
    options.iterations = iterations;
    ASSERT_TRUE((*executor)->run(options, {{chain.initial}}, host));
    std::vector<float> expected = recompute(chain, iterations);
    EXPECT_EQ((*executor)->parameters()[0][0],
              iterations == 0 ? chain.initial : expected.back());
  }
}

/// The host gets the parameters of whole iterations, which changes no value.
TEST(Executor, ParametersAreKeptInBetween) {
  struct KeepingHost : CountingHost {
    void keep(const RunState &state) override {
      kept.emplace_back(state.completed, state.parameters[0][0]);
    }
    void score(int64_t completed, const ParameterValues &values) override {
      scored.emplace_back(completed, values[0][0]);
    }
    std::vector<std::pair<int64_t, float>> kept, scored;
  };
  constexpr int64_t iterations = 23;
  for (unsigned seed = 300; seed < 312; ++seed)
    for (int64_t interval : {1, 2, 5, 22})
      for (bool sequential : {false, true}) {
        SCOPED_TRACE(testing::Message()
                     << "seed " << seed << ", interval " << interval
                     << ", sequential " << sequential);
        Chain chain = randomChain(seed, 3);
        Program program = parameterChain(chain, 3);
        ASSERT_TRUE(verifyManifest(program.manifest, {2}));
        auto executor = Executor::create(program);
        KeepingHost host;
        RunOptions options;
        options.iterations = iterations;
        options.keepInterval = interval;
        options.scoreInterval = 3;
        options.sequential = sequential;
        auto run = (*executor)->run(options, {{chain.initial}}, host);
        ASSERT_TRUE(run) << run.error().message;
        EXPECT_EQ(run->iterations, iterations);
        std::vector<float> expected = recompute(chain, iterations);
        EXPECT_EQ(host.losses, expected);
        EXPECT_EQ((*executor)->parameters()[0][0], expected.back());
        auto every = [&](int64_t steps) {
          std::vector<std::pair<int64_t, float>> values;
          for (int64_t end = steps; end < iterations; end += steps)
            values.emplace_back(end, expected[end - 1]);
          return values;
        };
        EXPECT_EQ(host.kept, every(interval));
        EXPECT_EQ(host.scored, every(3));
      }
}

/// However far the processors have got: the run ends as one of so many
/// iterations would have ended.
TEST(Executor, RunEndsEarlyWithAWholeIteration) {
  struct ImpatientHost : CountingHost {
    bool goesOn() override { return looks++ < patience; }
    int looks = 0, patience = 0;
  };
  for (unsigned seed = 400; seed < 420; ++seed)
    for (int patience : {0, 1, 5})
      for (bool sequential : {false, true}) {
        SCOPED_TRACE(testing::Message()
                     << "seed " << seed << ", patience " << patience
                     << ", sequential " << sequential);
        Chain chain = randomChain(seed, 3);
        Program program = parameterChain(chain, 3);
        auto executor = Executor::create(program);
        ImpatientHost host;
        host.patience = patience;
        RunOptions options;
        options.iterations = 1'000'000'000;
        options.sequential = sequential;
        auto run = (*executor)->run(options, {{chain.initial}}, host);
        ASSERT_TRUE(run) << run.error().message;
        EXPECT_FALSE(run->stopped);
        std::vector<float> expected = recompute(chain, run->iterations);
        EXPECT_EQ(host.losses, expected);
        EXPECT_EQ((*executor)->parameters()[0][0],
                  expected.empty() ? chain.initial : expected.back());
      }
}

TEST(Executor, HostCanStopTheRun) {
  struct StoppingHost : CountingHost {
    bool observe(int64_t iteration, float loss) override {
      return CountingHost::observe(iteration, loss) && iteration < 5;
    }
  } host;
  Chain chain = randomChain(3, 2);
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  Result<RunSummary> run = runManifest(program, 1000000000, false, host);
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->stopped);
  EXPECT_EQ(host.losses.size(), 6u);
}

/// The warm-up, here a slow first batch, is no part of the measured period.
TEST(Executor, PeriodIsMeasuredBehindTheWarmUp) {
  struct SlowHost : CountingHost {
    void load(int64_t iteration, const HostBatch &batch) noexcept override {
      std::this_thread::sleep_for(iteration == 0 ? 200ms : 1ms);
      CountingHost::load(iteration, batch);
    }
  };
  Chain chain = randomChain(3, 2);
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  for (bool sequential : {false, true}) {
    constexpr int64_t iterations = 100;
    SlowHost host;
    Result<RunSummary> run = runManifest(program, iterations, sequential, host);
    ASSERT_TRUE(run);
    EXPECT_GE(run->period, 0.0009);
    int64_t measured = iterations - warmUpIterations(iterations);
    EXPECT_LE(double(measured) * run->period, run->seconds - 0.2);
  }
  EXPECT_LT(warmUpIterations(4), 4);
  CountingHost host;
  Result<RunSummary> none = runManifest(program, 0, false, host);
  ASSERT_TRUE(none);
  EXPECT_EQ(none->period, 0);
}

/// Two tasks on two processors that wait for each other's value of the same
/// iteration.
static Manifest deadlock() {
  Chain chain{{0, 1}, {0, 0}, {0, 0}, {0, 0}, 1};
  Manifest manifest = makeManifest(chain, 2);
  manifest.tasks[0].reads[3].distance = 0;
  return manifest;
}

TEST(Executor, StallIsReportedWithEveryWaitingTask) {
  Program program{deadlock(), chainFunctions, &referenceKernelLibrary()};
  EXPECT_FALSE(verifyManifest(program.manifest, {2}));
  auto executor = Executor::create(program);
  ASSERT_TRUE(executor);
  CountingHost host;
  RunOptions options;
  options.iterations = 10;
  options.stallTimeout = 2s;
  Result<RunSummary> run = (*executor)->run(options, {}, host);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::Defect);
  EXPECT_THAT(run.error().message,
              HasSubstr("processor 0: task stage0, iteration 0, waits for "
                        "value1 from processor 1 (0 values published)"));
  EXPECT_THAT(run.error().message,
              HasSubstr("processor 1: task stage1, iteration 0, waits for "
                        "value0 from processor 0"));
}

TEST(Executor, SequentialRunReportsABrokenOrder) {
  Program program{deadlock(), chainFunctions, &referenceKernelLibrary()};
  CountingHost host;
  Result<RunSummary> run = runManifest(program, 10, true, host);
  ASSERT_FALSE(run);
  EXPECT_THAT(run.error().message, HasSubstr("sequential order is broken"));
  EXPECT_THAT(run.error().message, HasSubstr("task stage0, iteration 0"));
}

static std::atomic<int64_t> produced{0};

static void produce(void *const *buffers, void *const *,
                    const layerpipe_run_numbers *, int64_t iteration) {
  *static_cast<float *>(buffers[1]) = 0;
  produced.store(iteration + 1);
}

/// How many milliseconds a consumer waits.
static std::atomic<int64_t> patience{0};

/// Ends only once ten values have been produced, or its patience is over.
static void consumeLate(void *const *buffers, void *const *,
                        const layerpipe_run_numbers *, int64_t) {
  for (int i = 0; i < patience.load() && produced.load() < 10; ++i)
    std::this_thread::sleep_for(1ms);
  *static_cast<float *>(buffers[1]) = float(produced.load());
}

/// A producer and a consumer with a channel of capacity 1 between them.
static Manifest producerAndConsumer(bool unchecked) {
  Manifest manifest = emptyManifest(2);
  addBuffer(manifest, "input", 1, ZeroInitial{});
  manifest.labels[0].buffer = addBuffer(manifest, "labels", 1, ZeroInitial{});
  int64_t value = addBuffer(manifest, "value", 1, ZeroInitial{});
  manifest.loss = addBuffer(manifest, "loss", 64, ZeroInitial{});
  Task producer, consumer;
  producer.name = "producer";
  producer.reads = {{0, 0}};
  producer.writes = {value};
  consumer.name = "consumer";
  consumer.function = consumer.processor = consumer.lag = 1;
  consumer.reads = {{value, 0}};
  consumer.writes = {manifest.loss};
  manifest.tasks = {producer, consumer};
  manifest.processors[0].slots = {0};
  manifest.processors[1].slots = {1};
  manifest.sequential = {1, 0};
  addChannel(manifest, 0, hostProcessor, 0);
  addChannel(manifest, value, 0, 1);
  addChannel(manifest, manifest.loss, 1, hostProcessor);
  manifest.channels[1].unchecked = unchecked;
  return manifest;
}

TEST(Executor, UncheckedProducerRunsAhead) {
  const layerpipe_task_function functions[] = {produce, consumeLate};
  Program program{producerAndConsumer(true), functions,
                  &referenceKernelLibrary()};
  produced.store(0);
  patience.store(60000);
  CountingHost host;
  ASSERT_TRUE(runManifest(program, 10, false, host));
  EXPECT_EQ(host.losses.front(), 10.0f);
}

/// The consumer also takes longer than the stall timeout, which is no stall.
TEST(Executor, CheckedProducerWaitsForCapacity) {
  const layerpipe_task_function functions[] = {produce, consumeLate};
  Program program{producerAndConsumer(false), functions,
                  &referenceKernelLibrary()};
  produced.store(0);
  patience.store(1500);
  CountingHost host;
  auto executor = Executor::create(program);
  RunOptions options;
  options.iterations = 2;
  options.stallTimeout = 400ms;
  Result<RunSummary> run = (*executor)->run(options, {}, host);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(host.losses, (std::vector<float>{1, 2}));
}

TEST(Executor, UnknownCandidateIsNamedWithItsTask) {
  Program program{producerAndConsumer(false), chainFunctions,
                  &referenceKernelLibrary()};
  program.manifest.kernels = {{"mean_squared_error", {{"elements", 3}}, "mkl"}};
  program.manifest.tasks[0].kernels = {0};
  auto executor = Executor::create(program);
  ASSERT_FALSE(executor);
  EXPECT_EQ(executor.error().message,
            "task producer: kernel mean_squared_error(elements=3): the kernels "
            "of reference have no candidate 'mkl'; here it can be made by: "
            "reference");
}

TEST(Executor, UnknownKernelIsADefect) {
  Program program{producerAndConsumer(false), chainFunctions,
                  &referenceKernelLibrary()};
  program.manifest.kernels = {{"fft", {{"n", 3}}}};
  program.manifest.tasks[0].kernels = {0};
  auto executor = Executor::create(program);
  ASSERT_FALSE(executor);
  EXPECT_EQ(executor.error().message,
            "task producer: kernel fft(n=3): unknown op");
}
