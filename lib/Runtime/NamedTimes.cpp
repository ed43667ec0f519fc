//===- NamedTimes.cpp - Times of tasks, by name ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/NamedTimes.h"

#include "layerpipe/Base/Json.h"

using namespace layerpipe;
using Json = nlohmann::ordered_json;

Json runtime::tasksOf(const NamedTimes &times) {
  Json tasks = Json::array();
  for (const auto &[name, time] : times)
    tasks.push_back({{"name", name}, {"time", time}});
  return tasks;
}

std::string runtime::writeProfile(const NamedTimes &times,
                                  std::string_view graph) {
  Json profile{{"format", "layerpipe-profile"}, {"version", 1}};
  if (!graph.empty())
    profile["graph"] = graph;
  profile["time_unit"] = "ns";
  profile["tasks"] = tasksOf(times);
  return base::dumpJson(profile, {.indent = 2}) + "\n";
}
