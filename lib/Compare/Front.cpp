//===- Front.cpp - Non-dominated rows -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Front.h"

#include "layerpipe/Scheduling/Model/SearchScope.h"
#include "layerpipe/Scheduling/Splitting/CommunicationBound.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace layerpipe::compare {

using namespace scheduling;
using namespace strategies;

namespace {

constexpr std::string_view splitting = "layerpipe";

/// Rows are compared by these five figures; costs and failures have none. A
/// period up to `shortEnough` counts as that.
using Figures = std::array<int64_t, 5>;

std::optional<Figures> figuresOf(const MeasuredRow &measured,
                                 int64_t shortEnough = 0) {
  const Row &row = measured.row;
  if (!measured.schedule)
    return std::nullopt;
  return Figures{std::max(*row.period, shortEnough), *row.communicationBytes,
                 *row.weightedStaleness, *row.maxStaleness,
                 *row.peakMemoryBytes};
}

/// Returns whether `a` is as good as `b` in every figure, and not equal to it.
bool dominates(const Figures &a, const Figures &b) {
  return a != b && std::equal(a.begin(), a.end(), b.begin(),
                              [](int64_t x, int64_t y) { return x <= y; });
}

void addFront(Session &session, int64_t processors, const Strategy &strategy,
              std::vector<MeasuredRow> &rows) {
  Result<std::vector<Outcome>> front = session.planner.planFront(processors);
  if (!front) {
    rows.push_back(measure(session, processors, strategy, front.error()));
    return;
  }
  for (Outcome &outcome : *front)
    rows.push_back(measure(session, processors, strategy, std::move(outcome)));
}

/// Returns whether this row of `layerpipe` drops out, because another row of
/// `layerpipe` dominates it, or equals it and comes first. Of (period 10, 4
/// bytes), (10, 6) and (12, 4), all else being equal, only the first row stays.
bool isBeaten(const std::vector<MeasuredRow> &rows, size_t index,
              int64_t shortEnough) {
  std::optional<Figures> mine = figuresOf(rows[index], shortEnough);
  if (!mine || rows[index].row.strategy != splitting)
    return false;
  for (size_t other = 0; other < rows.size(); ++other)
    if (std::optional<Figures> figures = figuresOf(rows[other], shortEnough);
        figures && rows[other].row.strategy == splitting &&
        (dominates(*figures, *mine) || (other < index && figures == mine)))
      return true;
  return false;
}

void thinOut(std::vector<MeasuredRow> &rows, int64_t shortEnough) {
  std::vector<bool> beaten;
  for (size_t index = 0; index < rows.size(); ++index)
    beaten.push_back(isBeaten(rows, index, shortEnough));
  std::vector<MeasuredRow> kept;
  for (size_t index = 0; index < rows.size(); ++index)
    if (!beaten[index])
      kept.push_back(std::move(rows[index]));
  rows = std::move(kept);
}

void mark(std::vector<MeasuredRow> &rows, int64_t shortEnough) {
  for (MeasuredRow &measured : rows) {
    std::optional<Figures> mine = figuresOf(measured, shortEnough);
    if (!mine)
      continue;
    measured.row.pareto =
        std::none_of(rows.begin(), rows.end(), [&](const MeasuredRow &row) {
          std::optional<Figures> other = figuresOf(row, shortEnough);
          return other && dominates(*other, *mine);
        });
  }
}

/// Sorts the rows by their figures. Rows without figures come last, in the
/// order that they have.
void sort(std::vector<MeasuredRow> &rows) {
  constexpr int64_t last = std::numeric_limits<int64_t>::max();
  constexpr Figures none = {last, last, last, last, last};
  std::vector<std::pair<Figures, size_t>> order;
  for (size_t index = 0; index < rows.size(); ++index)
    order.emplace_back(figuresOf(rows[index]).value_or(none), index);
  std::sort(order.begin(), order.end());
  std::vector<MeasuredRow> sorted;
  for (const auto &[figures, index] : order)
    sorted.push_back(std::move(rows[index]));
  rows = std::move(sorted);
}

void count(std::vector<MeasuredRow> &rows) {
  int64_t variants = 0;
  for (MeasuredRow &measured : rows)
    if (measured.row.strategy == splitting && measured.schedule)
      measured.row.variant = ++variants;
}

/// Returns the longest period that the options tolerate above the bound of
/// `layerpipe`: with a bound of 200 and a tolerance of 1 %, this is 202.
int64_t shortEnough(const std::vector<MeasuredRow> &rows, Fraction tolerance) {
  std::optional<int64_t> bound;
  for (const MeasuredRow &measured : rows)
    if (measured.row.strategy == splitting && measured.row.lowerBound)
      bound = std::min(bound.value_or(*measured.row.lowerBound),
                       *measured.row.lowerBound);
  return toleratedPeriod(bound.value_or(0), tolerance);
}

void addTrafficBound(const Session &session, Row &row) {
  Result<int64_t> bound = session.planner.boundTraffic(
      row.processors, *row.period, *row.communicationBytes);
  if (bound)
    row.communicationBound = *bound;
  else
    row.error = bound.message();
}

} // namespace

std::vector<Row> makeFrontRows(Session &session, int64_t processors,
                               const std::vector<Strategy> &strategies,
                               const RowListener &listener) {
  SearchScope scope(session.options.limits.seconds);
  std::vector<MeasuredRow> measured;
  for (const Strategy &strategy : strategies) {
    session.tellProgress(processors, strategy.name);
    if (strategy.name == splitting)
      addFront(session, processors, strategy, measured);
    else
      measured.push_back(
          measure(session, processors, strategy,
                  session.planner.plan(strategy.name, processors)));
  }
  sort(measured);
  int64_t most = shortEnough(measured, session.options.tolerance);
  thinOut(measured, most);
  mark(measured, most);
  count(measured);
  for (MeasuredRow &each : measured)
    if (each.row.variant)
      addTrafficBound(session, each.row);
  std::vector<Row> rows;
  for (MeasuredRow &each : measured) {
    if (listener)
      listener(each.row, each.schedule ? &*each.schedule : nullptr);
    rows.push_back(std::move(each.row));
  }
  return rows;
}

} // namespace layerpipe::compare
