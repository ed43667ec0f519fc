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

#include "layerpipe/Runtime/Executor.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <map>
#include <random>
#include <thread>

using namespace layerpipe::runtime;
using testing::HasSubstr;
using namespace std::chrono_literals;

namespace {

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
  void load(int64_t iteration, void *input, void *labels) noexcept override {
    *static_cast<float *>(input) = float(iteration % 17);
    *static_cast<int32_t *>(labels) = 0;
  }
  bool observe(int64_t iteration, float loss) override {
    EXPECT_EQ(iteration, int64_t(losses.size()));
    losses.push_back(loss);
    return true;
  }
  std::vector<float> losses;
};

} // namespace

static float combine(float a, float b, float own, float back) {
  return 0.5f * a + 0.25f * b - 0.125f * own + 0.0625f * back;
}

static void stageFunction(void *const *buffers, void *const *, const float *,
                          int64_t) {
  auto in = [&](int i) { return *static_cast<const float *>(buffers[i]); };
  *static_cast<float *>(buffers[3]) = combine(in(0), in(1), in(2), 0);
}

static void firstStageFunction(void *const *buffers, void *const *,
                               const float *, int64_t) {
  auto in = [&](int i) { return *static_cast<const float *>(buffers[i]); };
  *static_cast<float *>(buffers[4]) = combine(in(0), in(1), in(2), in(3));
}

static const layerpipe_task_function chainFunctions[] = {firstStageFunction,
                                                         stageFunction};

/// The same values without lags, rings or threads.
static std::vector<float> recompute(const Chain &chain, int64_t iterations) {
  std::vector<std::vector<float>> values(chain.stages());
  std::vector<float> input;
  auto at = [&](const std::vector<float> &stream, int64_t i, float initial) {
    return i < 0 ? initial : stream[i];
  };
  for (int64_t i = 0; i < iterations; ++i) {
    input.push_back(float(i % 17));
    for (size_t s = 0; s < chain.stages(); ++s) {
      const std::vector<float> &before = s == 0 ? input : values[s - 1];
      float initial = s == 0 ? 0 : chain.initial;
      float back =
          s == 0 ? at(values.back(), i - chain.feedback, chain.initial) : 0;
      values[s].push_back(combine(at(before, i - chain.near[s], initial),
                                  at(before, i - chain.far[s], initial),
                                  at(values[s], i - 1, chain.initial), back));
    }
  }
  return values.back();
}

/// A random chain that a schedule could have: stages in order within a period,
/// lags that don't fall, feedback long enough.
static Chain randomChain(unsigned seed, int64_t processors) {
  std::mt19937 random(seed);
  auto below = [&](int64_t n) { return int64_t(random() % n); };
  Chain chain;
  int64_t stages = processors + below(4), lag = below(3) - 1;
  for (int64_t s = 0; s < stages; ++s) {
    chain.processor.push_back(s < processors ? s : below(processors));
    chain.lag.push_back(lag += below(3));
    chain.near.push_back(below(2));
    chain.far.push_back(chain.near.back() + below(3));
  }
  chain.feedback = chain.lag.back() - chain.lag.front() + 1 + below(2);
  return chain;
}

/// One float in a buffer of so many slots.
static int64_t addBuffer(Manifest &manifest, std::string name, int64_t slots,
                         BufferInitial initial) {
  manifest.buffers.push_back(
      {std::move(name), 4, slots, manifest.arenaBytes, initial});
  manifest.arenaBytes += 64 * slots;
  return int64_t(manifest.buffers.size()) - 1;
}

/// A channel that may use all of the buffer's slots, unless it is there.
static void addChannel(Manifest &manifest, int64_t buffer, int64_t from,
                       int64_t to) {
  if (from == to)
    return;
  for (const ChannelDescription &channel : manifest.channels)
    if (channel.buffer == buffer && channel.to == to)
      return;
  manifest.channels.push_back(
      {buffer, from, to, manifest.buffers[buffer].slots, false});
}

static Manifest emptyManifest(int64_t processors) {
  Manifest manifest;
  manifest.name = "chain";
  manifest.batch = 1;
  for (int64_t p = 0; p < processors; ++p)
    manifest.processors.push_back({p, {}, 0});
  manifest.labels.classes = 1;
  manifest.labels.shape = {1};
  manifest.input.shape = {1, 1};
  return manifest;
}

/// Buffers 0 and 1 are input and labels, buffer s + 2 is stage s' result.
static Manifest makeManifest(const Chain &chain, int64_t processors) {
  Manifest manifest = emptyManifest(processors);
  auto last = int64_t(chain.stages()) - 1;
  manifest.input.buffer = addBuffer(manifest, "input", 6, ZeroInitial{});
  manifest.labels.buffer = addBuffer(manifest, "labels", 1, ZeroInitial{});
  for (int64_t s = 0; s <= last; ++s) {
    // Live from the writer to the latest reader, in periods; one slot more.
    int64_t live = 1;
    if (s < last)
      live = std::max(live, chain.far[s + 1] + chain.lag[s + 1] - chain.lag[s]);
    else
      live = std::max(live, chain.feedback + chain.lag[0] - chain.lag[last]);
    addBuffer(manifest, "value" + std::to_string(s), live + 1,
              ConstantInitial{chain.initial});
  }
  manifest.loss = last + 2;
  for (int64_t s = 0; s <= last; ++s) {
    Task task;
    task.name = "stage" + std::to_string(s);
    task.function = s == 0 ? 0 : 1;
    task.processor = chain.processor[s];
    task.lag = chain.lag[s];
    int64_t before = s == 0 ? 0 : s + 1;
    task.reads = {{before, chain.near[s]}, {before, chain.far[s]}, {s + 2, 1}};
    if (s == 0)
      task.reads.push_back({last + 2, chain.feedback});
    task.writes = {s + 2};
    addChannel(manifest, before,
               s == 0 ? hostProcessor : chain.processor[s - 1], task.processor);
    manifest.processors[task.processor].slots.push_back(s);
    manifest.sequential.push_back(s);
    manifest.tasks.push_back(std::move(task));
  }
  addChannel(manifest, last + 2, chain.processor[last], chain.processor[0]);
  addChannel(manifest, last + 2, chain.processor[last], hostProcessor);
  return manifest;
}

static Result<RunSummary> runManifest(const Program &program,
                                      int64_t iterations, bool sequential,
                                      CountingHost &host) {
  Result<std::unique_ptr<Executor>> executor = Executor::create(program);
  if (!executor)
    return executor.error();
  RunOptions options;
  options.iterations = iterations;
  options.sequential = sequential;
  options.stallTimeout = 200s;
  return (*executor)->run(options, {}, host);
}

static void checkChain(unsigned seed, int64_t processors) {
  SCOPED_TRACE(testing::Message()
               << "seed " << seed << ", " << processors << " processors");
  Chain chain = randomChain(seed, processors);
  Program program{makeManifest(chain, processors), chainFunctions,
                  &referenceKernelLibrary()};
  Result<void> verified = verifyManifest(program.manifest, 2);
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
  ASSERT_TRUE(verifyManifest(manifest, 2));
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

/// A chain whose last value is a parameter.
static Program parameterChain(const Chain &chain, int64_t processors) {
  Program program{makeManifest(chain, processors), chainFunctions,
                  &referenceKernelLibrary()};
  Manifest &manifest = program.manifest;
  manifest.buffers[manifest.loss].initial = ParameterInitial{0};
  manifest.parameters.push_back({"p", {1}, false, 0, manifest.loss, 0});
  return program;
}

/// The host gets the parameters of whole iterations, which changes no value.
TEST(Executor, ParametersAreKeptInBetween) {
  struct KeepingHost : CountingHost {
    void keep(int64_t completed, const ParameterValues &values) override {
      kept.emplace_back(completed, values[0][0]);
    }
    std::vector<std::pair<int64_t, float>> kept;
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
        ASSERT_TRUE(verifyManifest(program.manifest, 2));
        auto executor = Executor::create(program);
        KeepingHost host;
        RunOptions options;
        options.iterations = iterations;
        options.keepInterval = interval;
        options.sequential = sequential;
        auto run = (*executor)->run(options, {{chain.initial}}, host);
        ASSERT_TRUE(run) << run.error().message;
        EXPECT_EQ(run->iterations, iterations);
        std::vector<float> expected = recompute(chain, iterations);
        EXPECT_EQ(host.losses, expected);
        EXPECT_EQ((*executor)->parameters()[0][0], expected.back());
        std::vector<std::pair<int64_t, float>> kept;
        for (int64_t end = interval; end < iterations; end += interval)
          kept.emplace_back(end, expected[end - 1]);
        EXPECT_EQ(host.kept, kept);
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
    void load(int64_t iteration, void *input, void *labels) noexcept override {
      std::this_thread::sleep_for(iteration == 0 ? 200ms : 1ms);
      CountingHost::load(iteration, input, labels);
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

TEST(Executor, TraceHoldsEveryTask) {
  Chain chain = randomChain(4, 2);
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  for (bool sequential : {false, true}) {
    TraceRecorder trace;
    CountingHost host;
    auto executor = Executor::create(program);
    RunOptions options;
    options.iterations = 20;
    options.sequential = sequential;
    options.trace = &trace;
    ASSERT_TRUE((*executor)->run(options, {}, host));
    auto json = nlohmann::json::parse(trace.toJson(program.manifest));
    std::map<std::string, size_t> events;
    for (const auto &event : json["traceEvents"])
      if (event["ph"] == "X")
        ++events[event["name"]];
    events.erase("wait");
    EXPECT_EQ(events.size(), chain.stages());
    for (const auto &[name, count] : events)
      EXPECT_EQ(count, 20u) << name;
  }
}

static Task taskNamed(const char *name, const char *kind) {
  Task task;
  task.name = name;
  task.kind = kind;
  return task;
}

/// Two tasks; the second waits for what the first made, and takes it.
TEST(Executor, TraceShowsWaitsAndWhereValuesGo) {
  Manifest manifest;
  manifest.name = "two";
  manifest.processors = {{0, {0}}, {1, {1}}};
  manifest.tasks = {taskNamed("make", "forward"), taskNamed("take", "update")};
  manifest.tasks[0].layer = "1";
  manifest.tasks[0].writes = {7, 8};
  manifest.tasks[1].processor = 1;
  manifest.tasks[1].lag = 1;
  manifest.tasks[1].reads = {{7, 1}, {8, 1}, {9, 1}};
  manifest.tasks[1].writes = {9};
  TraceRecorder trace;
  trace.prepare(2, 4);
  auto now = TraceRecorder::Clock::now();
  for (int64_t i = 0; i < 2; ++i) {
    trace.record(0, 0, i, {now, now, now + 4us, now + 5us});
    trace.record(1, 1, i, {now, now + 4us, now + 6us, now + 6us});
    now += 10us;
  }
  auto json = nlohmann::json::parse(trace.toJson(manifest));
  std::map<std::string, std::vector<nlohmann::json>> events;
  for (const auto &event : json["traceEvents"])
    events[event["ph"]].push_back(event);
  ASSERT_EQ(events["X"].size(), 2u + 2u + 2u);
  nlohmann::json make = events["X"][0], wait = events["X"][2],
                 take = events["X"][3];
  EXPECT_EQ(make["args"],
            nlohmann::json::parse(R"({"iteration": 0, "layer": 1, "lag": 0})"));
  EXPECT_EQ(take["args"],
            nlohmann::json::parse(R"({"iteration": 0, "layer": 0, "lag": 1})"));
  EXPECT_EQ(make["ts"], 0);
  EXPECT_EQ(wait["name"], "wait");
  EXPECT_EQ(wait["args"],
            nlohmann::json::parse(R"({"iteration": 0, "task": "take"})"));
  EXPECT_NEAR(wait["dur"], 4, 0.001);
  // The second task of iteration 1 takes what the first one made in 0: one
  // arrow for two values, and none for what a task keeps for itself.
  ASSERT_EQ(events["s"].size(), 1u);
  ASSERT_EQ(events["f"].size(), 1u);
  double end = make["ts"].get<double>() + make["dur"].get<double>();
  EXPECT_NEAR(events["s"][0]["ts"], end, 0.002);
  EXPECT_LT(events["s"][0]["ts"], end);
  EXPECT_EQ(events["f"][0]["ts"], events["X"][5]["ts"]);
  EXPECT_EQ(events["f"][0]["tid"], 1);
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
  EXPECT_FALSE(verifyManifest(program.manifest, 2));
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

static void produce(void *const *buffers, void *const *, const float *,
                    int64_t iteration) {
  *static_cast<float *>(buffers[1]) = 0;
  produced.store(iteration + 1);
}

/// How many milliseconds a consumer waits.
static std::atomic<int64_t> patience{0};

/// Ends only once ten values have been produced, or its patience is over.
static void consumeLate(void *const *buffers, void *const *, const float *,
                        int64_t) {
  for (int i = 0; i < patience.load() && produced.load() < 10; ++i)
    std::this_thread::sleep_for(1ms);
  *static_cast<float *>(buffers[1]) = float(produced.load());
}

/// A producer and a consumer with a channel of capacity 1 between them.
static Manifest producerAndConsumer(bool unchecked) {
  Manifest manifest = emptyManifest(2);
  addBuffer(manifest, "input", 1, ZeroInitial{});
  manifest.labels.buffer = addBuffer(manifest, "labels", 1, ZeroInitial{});
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
  patience.store(200);
  CountingHost host;
  auto executor = Executor::create(program);
  RunOptions options;
  options.iterations = 2;
  options.stallTimeout = 20ms;
  Result<RunSummary> run = (*executor)->run(options, {}, host);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(host.losses, (std::vector<float>{1, 2}));
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
