//===- Compare.cpp - Strategies side by side ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the checks of the input, and the loop over the rows.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Compare/Compare.h"

#include "Front.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace layerpipe::compare {

using namespace scheduling;

namespace {

Status checkGraph(const TaskGraph &graph, std::string_view which) {
  CyclicProblem problem;
  problem.graph = graph;
  problem.delays = Delays::least;
  for (const Task &task : graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1 : 0);
  Status status = scheduling::check(problem);
  if (status)
    return status;
  Error error = status.error();
  error.message = fmt::format("the {} graph: {}", which, error.message);
  return error;
}

} // namespace

Status check(const ComparedModel &model) {
  const std::string &unit = model.timeUnit;
  if (unit != "ns" && unit != "us" && unit != "cycles")
    return Error{fmt::format("the time unit is '{}'; it must be ns, us or "
                             "cycles",
                             unit)};
  if (Status status = checkGraph(model.coupled, "coupled"); !status)
    return status;
  if (Status status = checkGraph(model.decoupled, "decoupled"); !status)
    return status;
  if (Status status = checkGraph(model.divisible, "divisible"); !status)
    return status;
  return scheduling::check(model.divisible, model.rules);
}

Status check(const CompareOptions &options) {
  if (options.strategies.empty())
    return Error{"no strategy to compare; name at least one"};
  for (const Strategy &strategy : options.strategies)
    if (Result<Strategy> known = parseStrategy(strategy.name); !known)
      return known.error();
  if (options.processors.empty())
    return Error{"no number of processors to compare at; name at least one"};
  for (int64_t processors : options.processors) {
    if (processors < 1 || processors > maxProcessors)
      return Error{fmt::format("{} processors; there must be between 1 and {}",
                               processors, maxProcessors)};
    size_t speeds = options.speeds.size();
    if (speeds > 0 && speeds < static_cast<size_t>(processors))
      return Error{
          fmt::format("{} speeds for {} processors", speeds, processors)};
    if (Status status = scheduling::check(makeMachine(options, processors));
        !status)
      return status;
  }
  return Status::success();
}

Result<std::vector<Row>> compareAll(const ComparedModel &model,
                                    const CompareOptions &options,
                                    const RowListener &listener) {
  if (Status status = check(model); !status)
    return status;
  if (Status status = check(options); !status)
    return status;
  Result<Session> session = Session::create(model, options);
  if (!session)
    return session.error();

  std::vector<int64_t> processors = options.processors;
  std::sort(processors.begin(), processors.end());
  processors.erase(std::unique(processors.begin(), processors.end()),
                   processors.end());
  std::vector<Strategy> strategies;
  std::unordered_set<std::string_view> seen;
  for (const Strategy &strategy : options.strategies)
    if (seen.insert(strategy.name).second)
      strategies.push_back(*parseStrategy(strategy.name));

  session->steps = processors.size() * strategies.size();
  std::vector<Row> rows;
  for (int64_t count : processors) {
    if (options.pareto)
      for (Row &row : makeFrontRows(*session, count, strategies, listener))
        rows.push_back(std::move(row));
    else
      for (const Strategy &strategy : strategies)
        rows.push_back(makeRow(*session, count, strategy, listener));
  }
  return rows;
}

} // namespace layerpipe::compare
