//===- Strategy.cpp - The strategies by name ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Strategies/Strategy.h"

#include "Strategies.h"
#include "layerpipe/Base/Text.h"
#include "layerpipe/Strategies/SynchronousPlan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace layerpipe::strategies {

using namespace scheduling;

namespace {

struct Entry {
  Strategy strategy;
  Result<Outcome> (*run)(Planner &, int64_t);
};

// A new strategy is one more line here.
constexpr Entry table[] = {
    {{"sequential", "one processor, ordinary training without staleness", true,
      false},
     planSequential},
    {{"pipedream", "contiguous stages of whole layers, each on one processor",
      true},
     planPipedream},
    {{"pipedream-replicated",
      "stages that may run on several processors in turn; costs by formula",
      false, false},
     planReplicated},
    {{"layerpipe-intra",
      "gradients of inputs and of weights as tasks of their own, assigned "
      "freely",
      true},
     planIntra},
    {{"layerpipe",
      "the same, and tasks cut into parts that level the processors", true},
     planLayerpipe},
};

/// This one begins with all those that have names in the literature.
constexpr Strategy bestOrder = {
    bestOrderName, "the fastest order of microbatches that is known or found",
    /*schedulable=*/true, /*delaysGradients=*/false,
    /*ordersMicrobatches=*/true};

} // namespace

std::vector<Strategy> knownStrategies() {
  std::vector<Strategy> strategies;
  for (const Entry &entry : table)
    strategies.push_back(entry.strategy);
  for (const NamedScheduleInfo &named : namedSchedules())
    strategies.push_back({named.name, named.description, /*schedulable=*/true,
                          /*delaysGradients=*/false,
                          /*ordersMicrobatches=*/true});
  strategies.push_back(bestOrder);
  return strategies;
}

Result<Outcome> runStrategy(Planner &planner, std::string_view name,
                            int64_t processors) {
  for (const Entry &entry : table)
    if (entry.strategy.name == name)
      return entry.run(planner, processors);
  for (const NamedScheduleInfo &named : namedSchedules())
    if (named.name == name)
      return planSynchronous(planner, named.schedule, processors);
  if (name == bestOrder.name)
    return planBestOrder(planner, processors);
  return parseStrategy(name).error();
}

Result<Strategy> parseStrategy(std::string_view text) {
  std::vector<std::string_view> names;
  for (const Strategy &strategy : knownStrategies()) {
    if (strategy.name == text)
      return strategy;
    names.push_back(strategy.name);
  }
  return Error{fmt::format("there is no strategy '{}'; there are {}", text,
                           fmt::join(names, ", "))};
}

Result<std::vector<Strategy>> parseStrategyList(std::string_view text) {
  std::vector<Strategy> strategies;
  for (std::string_view name : base::splitList(text, ',')) {
    Result<Strategy> strategy = parseStrategy(name);
    if (!strategy)
      return strategy.error();
    bool seen = std::any_of(strategies.begin(), strategies.end(),
                            [&](const Strategy &earlier) {
                              return earlier.name == strategy->name;
                            });
    if (!seen)
      strategies.push_back(*strategy);
  }
  return strategies;
}

} // namespace layerpipe::strategies
