//===- Planner.cpp - From a strategy's name to a plan ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Strategies/Planner.h"

#include "DescribeObstacle.h"
#include "Strategies.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace layerpipe::strategies {

using namespace scheduling;

Planner::Planner(const TaskForms &forms, const PlannerOptions &options,
                 GraphBound coupled, GraphBound decoupled,
                 std::map<int64_t, std::string> layerNames, LayerPins pins)
    : forms(forms), options(options), coupled(std::move(coupled)),
      decoupled(std::move(decoupled)), layers(layerGraphOf(forms.coupled)),
      layerNames(std::move(layerNames)), pins(std::move(pins)),
      parts(countParts(forms)) {}

Status check(const PlannerOptions &options, int64_t processors) {
  if (Status status = checkMachine(options, processors); !status)
    return status;
  return machine::checkPins(options.pins, processors);
}

Result<Planner> Planner::create(const TaskForms &forms,
                                const PlannerOptions &options) {
  Result<GraphBound> coupled = GraphBound::create(forms.coupled);
  if (!coupled)
    return coupled.error();
  Result<GraphBound> decoupled = GraphBound::create(forms.decoupled);
  if (!decoupled)
    return decoupled.error();
  auto names = scheduling::layerNames(forms.coupled);
  Result<LayerPins> pins = machine::resolvePins(options.pins, names);
  if (!pins)
    return pins.error();
  return Planner(forms, options, std::move(*coupled), std::move(*decoupled),
                 std::move(names), std::move(*pins));
}

int64_t Planner::countParts(const TaskForms &forms) {
  std::vector<int64_t> parts(forms.divisible.tasks.size(), 1);
  for (const SplitRule &rule : forms.rules) {
    int64_t most = static_cast<int64_t>(
        std::min<Wide>(ceilDiv(rule.length, rule.quantum), maxProcessors));
    parts[rule.task] = std::max(parts[rule.task], most);
  }
  return std::accumulate(parts.begin(), parts.end(),
                         int64_t(std::max(forms.coupled.tasks.size(),
                                          forms.decoupled.tasks.size())));
}

Machine Planner::searchedMachine(int64_t processors) const {
  bool equal =
      options.speeds.empty() && machineOf(processors).links.areUniform();
  return machineOf(
      equal ? std::min(processors, std::max(parts, leastProcessors()))
            : processors);
}

int64_t Planner::leastProcessors() const {
  return std::max<int64_t>(processorsOf(pins), 1);
}

bool Planner::isLimited() const {
  return options.maxStaleness || options.memory > 0 ||
         !options.memories.empty() || !options.speeds.empty() ||
         !options.links.areUniform();
}

PeriodBound Planner::leastBound(int64_t processors) const {
  return lesser(boundOf(coupled, forms.coupled, processors),
                boundOf(decoupled, forms.decoupled, processors));
}

PeriodBound Planner::boundOf(const GraphBound &bound, const TaskGraph &graph,
                             int64_t processors) const {
  Machine machine = machineOf(processors);
  PeriodBound least = bound.on(machine);
  std::vector<int64_t> pinned = pinnedTimes(pins, graph, machine);
  auto most = std::max_element(pinned.begin(), pinned.end());
  if (*most > least.value)
    return {*most, describePins(most - pinned.begin())};
  return least;
}

/// Runs the strategy, and judges once more whether its plan keeps the pins.
static Result<Outcome> runWithPins(Planner &planner, std::string_view strategy,
                                   int64_t processors) {
  if (Status fits = machine::checkPins(planner.options.pins, processors); !fits)
    return fits.error();
  return verified("the plan", runStrategy(planner, strategy, processors),
                  [&](const Outcome &outcome) {
                    return outcome.plan
                               ? verify(planner.pins,
                                        outcome.plan->problem.graph,
                                        outcome.plan->problem.assignment)
                               : Status::success();
                  });
}

const Result<Outcome> &Planner::plan(std::string_view strategy,
                                     int64_t processors) {
  std::pair<std::string, int64_t> key(strategy, processors);
  if (auto known = answers.find(key); known != answers.end())
    return known->second;
  // Answers of large networks take much room, and are not needed again.
  if (!isLimited())
    std::erase_if(answers, [&](const auto &answer) {
      return answer.first.second != processors;
    });
  SearchScope scope(options.limits.seconds);
  Result<Outcome> outcome = runWithPins(*this, strategy, processors);
  return answers.emplace(std::move(key), std::move(outcome)).first->second;
}

Result<StalenessBound> Planner::boundStaleness(int64_t processors,
                                               const Plan &plan) const {
  bool cuts = plan.form == TaskForm::divisible;
  JointProblem problem{cuts ? forms.graphOf(plan.form) : plan.problem.graph,
                       {},
                       machineOf(processors),
                       std::nullopt,
                       pins};
  if (cuts)
    problem.rules = dropPinned(pins, problem.graph, forms.rules);
  int64_t period = plan.solution.period;
  return verified(
      "the bound of the staleness",
      Result<StalenessBound>(scheduling::boundStaleness(problem, period)),
      [&](const StalenessBound &bound) -> Status {
        Wide weighted =
            weightedStaleness(plan.problem.graph, plan.solution.distance);
        if (bound.largest <= maxStaleness(plan) && bound.weighted <= weighted)
          return verify(problem, period, bound);
        return Error{fmt::format("it is {} where a schedule of period {} has "
                                 "a staleness of {}",
                                 bound.largest, period, maxStaleness(plan))};
      });
}

Result<StaticSchedule> Planner::describe(std::string_view strategy,
                                         int64_t processors,
                                         const Outcome &outcome) const {
  // A search may have looked at fewer processors, and the others are idle.
  CyclicProblem problem = outcome.plan->problem;
  CyclicSolution solution = outcome.plan->solution;
  problem.machine = machineOf(processors);
  solution.order.resize(processors);
  return makeStaticSchedule(problem, solution,
                            {forms.name, std::string(strategy), forms.timeUnit,
                             outcome.bound.value, std::nullopt,
                             outcome.bound.reason, outcome.limitedBy});
}

} // namespace layerpipe::strategies
