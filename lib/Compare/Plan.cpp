//===- Plan.cpp - What a strategy answers for a row -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan.h"

#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace layerpipe::compare {

using namespace scheduling;

int64_t maxStaleness(const Plan &plan) {
  return scheduling::maxStaleness(plan.problem.graph, plan.solution.distance);
}

int64_t stashBytes(const Plan &plan) {
  Wide bytes = 0;
  for (int64_t held : memoryBytes(plan.problem, plan.solution))
    bytes += held;
  for (int64_t once : leastMemoryBytes(plan.problem))
    bytes -= once;
  return static_cast<int64_t>(
      std::min<Wide>(bytes, std::numeric_limits<int64_t>::max()));
}

Result<Session> Session::create(const ComparedModel &model,
                                const CompareOptions &options) {
  Result<GraphBound> coupled = GraphBound::create(model.coupled);
  if (!coupled)
    return coupled.error();
  Result<GraphBound> decoupled = GraphBound::create(model.decoupled);
  if (!decoupled)
    return decoupled.error();
  return Session(model, options, std::move(*coupled), std::move(*decoupled));
}

Machine makeMachine(const CompareOptions &options, int64_t processors) {
  Machine machine;
  machine.processors = processors;
  machine.communication = options.communication;
  if (!options.speeds.empty())
    machine.speeds.assign(options.speeds.begin(),
                          options.speeds.begin() + processors);
  if (options.memory > 0)
    machine.memory.assign(processors, options.memory);
  return machine;
}

Machine Session::machineOf(int64_t processors) const {
  return makeMachine(options, processors);
}

void Session::tellProgress(int64_t processors, std::string_view strategy) {
  if (options.progress)
    options.progress(processors, strategy, begun, steps);
  ++begun;
}

int64_t Session::countParts(const ComparedModel &model) {
  std::vector<int64_t> parts(model.divisible.tasks.size(), 1);
  for (const SplitRule &rule : model.rules) {
    int64_t most = static_cast<int64_t>(
        std::min<Wide>(ceilDiv(rule.length, rule.quantum), maxProcessors));
    parts[rule.task] = std::max(parts[rule.task], most);
  }
  return std::accumulate(parts.begin(), parts.end(),
                         int64_t(std::max(model.coupled.tasks.size(),
                                          model.decoupled.tasks.size())));
}

Machine Session::searchedMachine(int64_t processors) const {
  bool equal = options.speeds.empty();
  return machineOf(equal ? std::min(processors, parts) : processors);
}

const Result<Outcome> &Session::intra(int64_t processors) {
  if (processors != intraProcessors)
    intraOutcome = planIntra(*this, processors);
  intraProcessors = processors;
  return intraOutcome;
}

const Result<Pipeline> &Session::pipedream(int64_t processors) {
  if (processors != baselineProcessors)
    baseline = planPipedream(*this, processors);
  baselineProcessors = processors;
  return baseline;
}

} // namespace layerpipe::compare
