//===- Profile.cpp - Measured task times as a file ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Profile.h"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace layerpipe::runtime;

/// Every place that shows a file's text accepts bytes that are not UTF-8.
static constexpr auto replaceBadText =
    nlohmann::ordered_json::error_handler_t::replace;

int64_t layerpipe::runtime::warmUpIterations(int64_t iterations) {
  return std::min<int64_t>(iterations / 4, 20);
}

static int64_t
medianNanoseconds(std::vector<TraceRecorder::Clock::duration> durations) {
  auto middle = durations.begin() + int64_t(durations.size() / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  return std::chrono::duration_cast<std::chrono::nanoseconds>(*middle).count();
}

std::string layerpipe::runtime::makeProfile(const TraceRecorder &trace,
                                            const Manifest &manifest,
                                            int64_t iterations) {
  auto durations = trace.durations(manifest, warmUpIterations(iterations));
  nlohmann::ordered_json profile = {{"format", "layerpipe-profile"},
                                    {"version", 1},
                                    {"graph", manifest.name},
                                    {"time_unit", "ns"}};
  auto &tasks = profile["tasks"] = nlohmann::ordered_json::array();
  for (size_t task = 0; task < durations.size(); ++task)
    if (!durations[task].empty())
      tasks.push_back({{"name", manifest.tasks[task].name},
                       {"time", medianNanoseconds(durations[task])}});
  return profile.dump(2, ' ', false, replaceBadText) + "\n";
}
