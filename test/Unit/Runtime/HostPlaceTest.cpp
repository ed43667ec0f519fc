//===- HostPlaceTest.cpp - Tests of where loader and host run -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostPlace.h"

#include "Chains.h"
#include "Placement.h"

#include <gtest/gtest.h>

#include <sched.h>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::test;

static Task taskOf(int64_t duration) {
  Task task;
  task.duration = duration;
  return task;
}

TEST(HostPlace, BeginsWhereTheScheduleHasLeastToDo) {
  Manifest manifest;
  manifest.tasks = {taskOf(5), taskOf(3), taskOf(4), taskOf(1)};
  manifest.processors = {{0, {0, 3}}, {1, {2}}, {2, {1, 3}}};
  EXPECT_EQ(leastBusy(manifest), 1u);
  manifest.processors[2].slots = {1};
  EXPECT_EQ(leastBusy(manifest), 2u);
  manifest.processors[1].slots = {};
  EXPECT_EQ(leastBusy(manifest), 1u);
}

TEST(HostPlace, MovesToWhoWaitsMuchMore) {
  EXPECT_EQ(betterPlace(0, {0.02, 0.30}), 1u);
  EXPECT_EQ(betterPlace(1, {0.02, 0.30}), 1u);
  EXPECT_EQ(betterPlace(1, {0.30, 0.02, 0.31}), 2u);
  // A difference of what the host itself takes is none.
  EXPECT_EQ(betterPlace(0, {0.02, 0.06}), 0u);
  EXPECT_EQ(betterPlace(0, {0, 0}), 0u);
  EXPECT_EQ(betterPlace(0, {}), 0u);
}

static std::vector<int> cpusOfThisThread() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set))
      cpus.push_back(cpu);
  return cpus;
}

namespace {

/// Remembers where its two threads could run.
struct WatchingHost : CountingHost {
  void load(int64_t iteration, const HostBatch &batch) noexcept override {
    if (iteration == 30)
      loader = cpusOfThisThread();
    CountingHost::load(iteration, batch);
  }
  bool observe(int64_t iteration, float loss) override {
    main = cpusOfThisThread();
    return CountingHost::observe(iteration, loss);
  }
  std::vector<int> loader, main;
};

} // namespace

/// Runs a chain of two processors on these CPUs. The results are the same
/// wherever the host is, and its thread is free again afterwards.
static WatchingHost runOn(const std::vector<int> &cpus) {
  Chain chain = randomChain(3, 2);
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  auto executor = Executor::create(program);
  RunOptions options;
  options.iterations = 60;
  options.cpus = cpus;
  options.mayCrowd = true;
  WatchingHost host;
  EXPECT_TRUE((*executor)->run(options, {}, host));
  EXPECT_EQ(host.losses, recompute(chain, options.iterations));
  EXPECT_EQ(cpusOfThisThread(), allowedCpus());
  return host;
}

TEST(HostPlace, TakesCpusThatNoProcessorHas) {
  const std::vector<int> &all = allowedCpus();
  if (all.size() < 2)
    GTEST_SKIP() << "there is one CPU only";
  WatchingHost host = runOn({all[0], all[0]});
  const std::vector<int> others(all.begin() + 1, all.end());
  EXPECT_EQ(host.main, others);
  EXPECT_EQ(host.loader, others);
}

TEST(HostPlace, SharesTheCpuOfOneProcessor) {
  std::vector<int> all = allowedCpus();
  if (all.size() < 2)
    all.push_back(all[0]);
  WatchingHost host = runOn(all);
  EXPECT_EQ(host.main.size(), 1u);
  EXPECT_EQ(host.loader.size(), 1u);
}

TEST(HostPlace, StaysWhereTheSystemPutsIt) {
  WatchingHost host = runOn({});
  EXPECT_EQ(host.main, allowedCpus());
  EXPECT_EQ(host.loader, allowedCpus());
}
