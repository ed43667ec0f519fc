//===- HostPlace.cpp - Whose CPU the host's threads may take --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostPlace.h"

#include "Placement.h"
#include "ThreadSetup.h"

#include <algorithm>

using namespace layerpipe;
using namespace layerpipe::runtime;
using namespace std::chrono_literals;

/// Waits are looked at after so long, and after so many iterations, when they
/// say more than which task was just running.
static constexpr std::chrono::nanoseconds interval = 50ms;
static constexpr int64_t leastIterations = 16;

/// The host takes up to 5 % of a CPU from small networks. Where the shares of
/// two processors are closer than this, it would soon move back.
static constexpr double margin = 0.05;

size_t layerpipe::runtime::leastBusy(const Manifest &manifest) {
  size_t best = 0;
  int64_t least = 0;
  for (size_t p = 0; p < manifest.processors.size(); ++p) {
    int64_t busy = 0;
    for (int64_t slot : manifest.processors[p].slots)
      busy += manifest.tasks[slot].duration;
    if (p == 0 || busy < least) {
      best = p;
      least = busy;
    }
  }
  return best;
}

size_t
layerpipe::runtime::betterPlace(size_t current,
                                const std::vector<double> &waitingShares) {
  auto most = std::max_element(waitingShares.begin(), waitingShares.end());
  if (most == waitingShares.end() || *most < waitingShares[current] + margin)
    return current;
  return size_t(most - waitingShares.begin());
}

HostPlace::HostPlace(RunContext &context, const Workers &workers)
    : context(context), workers(workers), before(allowedCpus()),
      lastWaited(workers.size()) {
  const std::vector<int> &taken = context.options.cpus;
  if (taken.empty())
    return;
  for (int cpu : before)
    if (std::find(taken.begin(), taken.end(), cpu) == taken.end())
      cpus.push_back(cpu);
  isFree = !cpus.empty();
  threads.push_back(pthread_self());
  if (!isFree) {
    moveTo(context.options.sequential ? 0 : leastBusy(*context.plan.manifest));
    return;
  }
  context.hostPlace.store(RunContext::noWorker);
  bindThreads();
}

HostPlace::~HostPlace() {
  if (!threads.empty())
    bindToCpus(threads.front(), before);
}

void HostPlace::take(pthread_t loader) {
  if (threads.empty())
    return;
  threads.push_back(loader);
  bindToCpus(loader, cpus);
}

void HostPlace::bindThreads() {
  for (pthread_t thread : threads)
    bindToCpus(thread, cpus);
}

void HostPlace::moveTo(size_t processor) {
  place = processor;
  cpus = {context.options.cpus[place % context.options.cpus.size()]};
  context.hostPlace.store(int64_t(place));
  bindThreads();
}

void HostPlace::reconsider(int64_t completed) {
  if (threads.empty() || isFree || workers.size() < 2)
    return;
  const Clock::time_point now = Clock::now();
  const Clock::duration elapsed = now - lastTime;
  if (elapsed < interval || completed < lastCompleted + leastIterations)
    return;
  std::vector<double> shares;
  for (size_t p = 0; p < workers.size(); ++p) {
    const int64_t waited =
        workers[p]->activity.waited.load(std::memory_order_relaxed);
    shares.push_back(double(waited - lastWaited[p]) /
                     double(std::chrono::nanoseconds(elapsed).count()));
    lastWaited[p] = waited;
  }
  lastTime = now;
  lastCompleted = completed;
  if (const size_t next = betterPlace(place, shares); next != place)
    moveTo(next);
}
