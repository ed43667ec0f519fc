//===- Chains.cpp - Small programs for tests of the executor --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chains.h"

#include <algorithm>
#include <random>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::test;
using namespace std::chrono_literals;

static float combine(float a, float b, float own, float back) {
  return 0.5f * a + 0.25f * b - 0.125f * own + 0.0625f * back;
}

static void stageFunction(void *const *buffers, void *const *,
                          const layerpipe_run_numbers *, int64_t) {
  auto in = [&](int i) { return *static_cast<const float *>(buffers[i]); };
  *static_cast<float *>(buffers[3]) = combine(in(0), in(1), in(2), 0);
}

static void firstStageFunction(void *const *buffers, void *const *,
                               const layerpipe_run_numbers *, int64_t) {
  auto in = [&](int i) { return *static_cast<const float *>(buffers[i]); };
  *static_cast<float *>(buffers[4]) = combine(in(0), in(1), in(2), in(3));
}

const layerpipe_task_function test::chainFunctions[] = {firstStageFunction,
                                                        stageFunction};

std::vector<float> test::recompute(const Chain &chain, int64_t iterations) {
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

Chain test::randomChain(unsigned seed, int64_t processors) {
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

int64_t test::addBuffer(Manifest &manifest, std::string name, int64_t slots,
                        BufferInitial initial) {
  manifest.buffers.push_back(
      {std::move(name), 4, slots, manifest.arenaBytes, initial});
  manifest.arenaBytes += 64 * slots;
  return int64_t(manifest.buffers.size()) - 1;
}

void test::addChannel(Manifest &manifest, int64_t buffer, int64_t from,
                      int64_t to) {
  if (from == to)
    return;
  for (const ChannelDescription &channel : manifest.channels)
    if (channel.buffer == buffer && channel.to == to)
      return;
  manifest.channels.push_back(
      {buffer, from, to, manifest.buffers[buffer].slots, false});
}

Manifest test::emptyManifest(int64_t processors) {
  Manifest manifest;
  manifest.name = "chain";
  manifest.batch = 1;
  for (int64_t p = 0; p < processors; ++p)
    manifest.processors.push_back({p, {}, 0});
  manifest.labels[0].classes = 1;
  manifest.labels[0].shape = {1};
  manifest.inputs[0].shape = {1, 1};
  return manifest;
}

Manifest test::makeManifest(const Chain &chain, int64_t processors) {
  Manifest manifest = emptyManifest(processors);
  auto last = int64_t(chain.stages()) - 1;
  manifest.inputs[0].buffer = addBuffer(manifest, "input", 6, ZeroInitial{});
  manifest.labels[0].buffer = addBuffer(manifest, "labels", 1, ZeroInitial{});
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

Result<RunSummary> test::runManifest(const Program &program, int64_t iterations,
                                     bool sequential, CountingHost &host,
                                     Transport &transport) {
  Result<std::unique_ptr<Executor>> executor =
      Executor::create(program, transport);
  if (!executor)
    return executor.error();
  RunOptions options;
  options.iterations = iterations;
  options.sequential = sequential;
  options.stallTimeout = 200s;
  return (*executor)->run(options, {}, host);
}

Program test::parameterChain(const Chain &chain, int64_t processors) {
  Program program{makeManifest(chain, processors), chainFunctions,
                  &referenceKernelLibrary()};
  Manifest &manifest = program.manifest;
  manifest.buffers[manifest.loss].initial = ParameterInitial{0};
  manifest.parameters.push_back({"p", {1}, false, 0, manifest.loss, 0});
  return program;
}
