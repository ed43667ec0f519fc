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
#include <optional>
#include <unordered_set>
#include <utility>

namespace layerpipe::compare {

using namespace scheduling;
using namespace strategies;

Status check(const CompareOptions &options) {
  if (options.strategies.empty())
    return Error{"no strategy to compare; name at least one"};
  for (const Strategy &strategy : options.strategies)
    if (Result<Strategy> known = parseStrategy(strategy.name); !known)
      return known.error();
  if (options.processors.empty())
    return Error{"no number of processors to compare at; name at least one"};
  for (int64_t processors : options.processors) {
    if (Status status = strategies::check(options, processors); !status)
      return status;
  }
  return Status::success();
}

Result<std::vector<Row>> compareAll(const TaskForms &model,
                                    const CompareOptions &options,
                                    const RowListener &listener) {
  if (Status status = check(model); !status)
    return status;
  if (Status status = check(options); !status)
    return status;
  Result<Planner> planner = Planner::create(model, options);
  if (!planner)
    return planner.error();
  std::optional<FreePlans> freePlans;
  if (!options.pins.empty()) {
    Result<FreePlans> made = FreePlans::create(model, options);
    if (!made)
      return made.error();
    freePlans.emplace(std::move(*made));
  }
  Session session{*planner, options, freePlans ? &*freePlans : nullptr};

  std::vector<int64_t> processors = options.processors;
  std::sort(processors.begin(), processors.end());
  processors.erase(std::unique(processors.begin(), processors.end()),
                   processors.end());
  std::vector<Strategy> strategies;
  std::unordered_set<std::string_view> seen;
  for (const Strategy &strategy : options.strategies)
    if (seen.insert(strategy.name).second)
      strategies.push_back(*parseStrategy(strategy.name));

  session.total = processors.size() * strategies.size();
  std::vector<Row> rows;
  for (int64_t count : processors) {
    if (options.pareto)
      for (Row &row : makeFrontRows(session, count, strategies, listener))
        rows.push_back(std::move(row));
    else
      for (const Strategy &strategy : strategies)
        rows.push_back(makeRow(session, count, strategy, listener));
  }
  return rows;
}

} // namespace layerpipe::compare
