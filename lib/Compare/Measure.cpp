//===- Measure.cpp - A row's numbers --------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that a row says is computed here, from the schedule as it is
// written to a file.
//
//===----------------------------------------------------------------------===//

#include "Measure.h"

#include "ActionFigures.h"

#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"
#include "layerpipe/Scheduling/Splitting/FractionalStaleness.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace layerpipe::compare {

using namespace scheduling;
using namespace strategies;

namespace {

double ratio(int64_t numerator, int64_t denominator) {
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

void fillPeriod(Row &row, Session &session, int64_t period) {
  row.period = period;
  row.speedup =
      ratio(std::max<int64_t>(session.planner.coupled.totalTime(), 1), period);
  if (const Result<Outcome> &pipedream =
          session.planner.plan("pipedream", row.processors))
    row.vsPipedream = ratio(pipedream->plan->solution.period, period);
}

/// Fills in what the pins cost, or a defect.
void fillPinCost(Row &row, Session &session) {
  if (!session.freePlans || !row.error.empty())
    return;
  Result<int64_t> free =
      session.freePlans->periodOf(row.strategy, row.processors, *row.period);
  if (!free) {
    row.error = free.message();
    return;
  }
  row.freePeriod = *free;
  row.pinCost = ratio(*row.period, *free);
}

/// Fills in how many tasks are cut, into how many parts, and where.
void fillSplits(Row &row, const StaticSchedule &schedule) {
  row.splits = row.parts = 0;
  std::map<std::string, std::vector<int64_t>> cuts;
  std::vector<std::string> order;
  for (const ScheduleTask &task : schedule.tasks) {
    if (!task.part)
      continue;
    ++*row.parts;
    auto [place, isNew] = cuts.try_emplace(task.part->of);
    if (isNew)
      order.push_back(task.part->of);
    if (task.part->begin > 0)
      place->second.push_back(task.part->begin);
  }
  row.splits = static_cast<int64_t>(cuts.size());
  for (const std::string &name : order)
    row.cuts += fmt::format("{}{} at {}", row.cuts.empty() ? "" : "; ", name,
                            fmt::join(cuts[name], ","));
}

void fillFromSchedule(Row &row, const StaticSchedule &schedule) {
  row.processorsUsed = 0;
  row.peakMemoryBytes = 0;
  for (const ScheduleProcessor &processor : schedule.processors) {
    *row.processorsUsed += processor.order.empty() ? 0 : 1;
    row.peakMemoryBytes = std::max(*row.peakMemoryBytes, processor.memoryBytes);
  }
  row.utilization = schedule.utilization;
  row.communicationBytes = schedule.bytesPerIteration;
  row.bytesCopied = schedule.bytesCopied;
  fillSplits(row, schedule);
}

/// Returns `optimal` when the period equals the bound. A row whose time is over
/// before it is measured may have had a search cut short, and says so.
Proof proofOf(const Outcome &outcome) {
  if (outcome.plan->solution.period == outcome.bound.value)
    return Proof::optimal;
  return Deadline({}).passed() ? Proof::out_of_time : outcome.plan->proof;
}

int64_t atMostLargest(Wide value) {
  return static_cast<int64_t>(
      std::min<Wide>(value, std::numeric_limits<int64_t>::max()));
}

/// Fills in what no schedule's staleness falls below, or a defect.
void fillStalenessBound(Row &row, const Planner &planner, const Plan &plan) {
  Result<StalenessBound> bound = planner.boundStaleness(row.processors, plan);
  if (!bound) {
    row.error = bound.message();
    return;
  }
  row.stalenessBound = bound->largest;
  row.weightedStalenessBound = atMostLargest(bound->weighted);
}

/// Names the parameters that are later than on stages of exact fractions.
std::string stalerParameters(const TaskGraph &graph,
                             const std::vector<int64_t> &staleness,
                             const std::vector<int64_t> &fractional) {
  std::vector<size_t> staler;
  for (size_t index = 0; index < staleness.size(); ++index)
    if (staleness[index] > fractional[index])
      staler.push_back(index);
  auto excess = [&](size_t index) {
    return Wide(graph.parameters[index].bytes) *
           (staleness[index] - fractional[index]);
  };
  std::sort(staler.begin(), staler.end(), [&](size_t a, size_t b) {
    return std::pair(-excess(a), a) < std::pair(-excess(b), b);
  });
  std::string text;
  for (size_t index : staler)
    text += fmt::format("{}{} {} (exact fractions: {})",
                        text.empty() ? "" : "; ", graph.parameters[index].name,
                        staleness[index], fractional[index]);
  return text;
}

/// Compares the row with stages of exact fractions, which know no pins. It is
/// above them if its weighted staleness is, or its largest one.
void compareWithFractions(Row &row, const Plan &plan,
                          const machine::MachineDescription &machine) {
  if (!machine.speeds.empty() || row.pinned)
    return;
  const TaskGraph &graph = plan.problem.graph;
  std::vector<int64_t> fractional = fractionalStaleness(graph, row.processors);
  std::vector<int64_t> staleness = stalenessOf(graph, plan.solution.distance);
  row.fractionalStaleness = atMostLargest(weighStaleness(graph, fractional));
  if (*row.weightedStaleness > *row.fractionalStaleness ||
      *row.maxStaleness >= row.processors)
    row.stalerParameters = stalerParameters(graph, staleness, fractional);
}

void fillFromPlan(Row &row, const Outcome &outcome) {
  int64_t period = outcome.plan->solution.period;
  row.lowerBound = outcome.bound.value;
  row.gap = gap(period, outcome.bound.value);
  row.maxStaleness = maxStaleness(*outcome.plan);
  row.weightedStaleness = atMostLargest(weightedStaleness(
      outcome.plan->problem.graph, outcome.plan->solution.distance));
  row.stashBytes = stashBytes(*outcome.plan);
  row.communicationBound = outcome.communicationBound;
}

} // namespace

void Session::tellProgress(int64_t processors, std::string_view strategy) {
  if (options.progress)
    options.progress(processors, strategy, done, total);
  ++done;
}

MeasuredRow measure(Session &session, int64_t processors,
                    const Strategy &strategy, const Result<Outcome> &outcome) {
  MeasuredRow measured;
  Row &row = measured.row;
  row.strategy = strategy.name;
  row.processors = processors;
  row.timeUnit = session.planner.forms.timeUnit;
  row.schedulable = strategy.schedulable;
  row.pinned = session.freePlans != nullptr;
  row.ordersMicrobatches = std::ranges::any_of(session.options.strategies,
                                               &Strategy::ordersMicrobatches);
  row.jittered = row.ordersMicrobatches && session.options.jitter.has_value();
  if (!outcome) {
    row.error = outcome.message();
    return measured;
  }
  if (!outcome->plan) {
    fillPeriod(row, session, outcome->costPeriod);
    row.limitedBy = outcome->costReason;
    fillPinCost(row, session);
    return measured;
  }
  Proof proof = proofOf(*outcome);
  Result<StaticSchedule> made =
      session.planner.describe(row.strategy, processors, *outcome);
  if (!made) {
    row.error = made.message();
    return measured;
  }
  fillPeriod(row, session, made->period);
  fillFromPlan(row, *outcome);
  fillStalenessBound(row, session.planner, *outcome->plan);
  compareWithFractions(row, *outcome->plan, session.options);
  fillPinCost(row, session);
  if (outcome->actions)
    fillFromActions(row, *outcome->actions, session.options);
  row.proof = proof;
  fillFromSchedule(row, *made);
  row.limitedBy = made->limitedBy;
  measured.schedule = std::move(*made);
  return measured;
}

Row makeRow(Session &session, int64_t processors, const Strategy &strategy,
            const RowListener &listener) {
  session.tellProgress(processors, strategy.name);
  SearchScope scope(session.options.limits.seconds);
  MeasuredRow measured =
      measure(session, processors, strategy,
              session.planner.plan(strategy.name, processors));
  if (listener)
    listener(measured.row, measured.schedule ? &*measured.schedule : nullptr);
  return std::move(measured.row);
}

} // namespace layerpipe::compare
