//===- Profile.cpp - Measured task times as a file ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Profile.h"

#include "layerpipe/Runtime/Executor.h"
#include "layerpipe/Runtime/NamedTimes.h"

#include <algorithm>
#include <numeric>

using namespace layerpipe;
using namespace layerpipe::runtime;

using Durations = std::vector<TraceRecorder::Clock::duration>;

static int64_t nanoseconds(TraceRecorder::Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

static int64_t median(Durations durations) {
  auto middle = durations.begin() + int64_t(durations.size() / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  return nanoseconds(*middle);
}

/// Returns the mean of all but the shortest and the longest hundredth, which
/// other work on the machine may have interrupted.
static int64_t trimmedMean(Durations durations) {
  std::sort(durations.begin(), durations.end());
  size_t cut = durations.size() / 100;
  auto sum = std::accumulate(durations.begin() + int64_t(cut),
                             durations.end() - int64_t(cut),
                             TraceRecorder::Clock::duration::zero());
  return nanoseconds(sum) / int64_t(durations.size() - 2 * cut);
}

std::string layerpipe::runtime::makeProfile(const TraceRecorder &trace,
                                            const Manifest &manifest,
                                            int64_t iterations,
                                            ProfileStatistic statistic) {
  auto durations = trace.durations(manifest, warmUpIterations(iterations));
  NamedTimes times;
  for (size_t task = 0; task < durations.size(); ++task)
    if (!durations[task].empty())
      times.emplace_back(manifest.tasks[task].name,
                         statistic == ProfileStatistic::median
                             ? median(std::move(durations[task]))
                             : trimmedMean(std::move(durations[task])));
  return writeProfile(times, manifest.name);
}
