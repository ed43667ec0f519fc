//===- TorchColumns.cpp - Rows whose columns mean something ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchOrder.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::interchange {
namespace {

/// Gives the columns in which values that other stages read are made.
class Columns {
public:
  explicit Columns(const TorchFacts &facts)
      : facts(facts), forward(facts.stages * facts.microbatches, -1),
        backward(forward) {}

  /// Returns whether the action reads what another stage makes.
  bool reads(const TorchAction &action) const {
    if (action.op == TorchOp::forward)
      return action.stage > 0;
    return action.op != TorchOp::weight_gradient &&
           action.stage + 1 < facts.stages;
  }

  /// Returns the column of what the action reads, and −1 if that is not known
  /// or nothing.
  int64_t columnRead(const TorchAction &action) const {
    if (!reads(action))
      return -1;
    return action.op == TorchOp::forward
               ? forward[cellOf(action.stage - 1, action.microbatch)]
               : backward[cellOf(action.stage + 1, action.microbatch)];
  }

  void note(const TorchAction &action, int64_t column) {
    if (action.op == TorchOp::forward)
      forward[cellOf(action.stage, action.microbatch)] = column;
    if (action.op == TorchOp::backward || action.op == TorchOp::input_gradient)
      backward[cellOf(action.stage, action.microbatch)] = column;
  }

private:
  int64_t cellOf(int64_t stage, int64_t microbatch) const {
    return stage * facts.microbatches + microbatch;
  }

  const TorchFacts &facts;
  std::vector<int64_t> forward, backward;
};

/// Places cells rank by rank: a rank goes on until it needs a value that is not
/// there yet, and whoever makes it wakes the rank up.
class Aligner {
public:
  Aligner(const TorchRows &rows, const TorchFacts &facts)
      : rows(rows), facts(facts), columns(facts), next(rows.ranks.size(), 0) {
    result.ranks.resize(rows.ranks.size());
  }

  TorchRows run();

private:
  std::optional<int64_t> readyAt(const TorchCell &cell) const;
  void goOn(size_t rank);
  void place(const TorchCell &cell, size_t rank);

  const TorchRows &rows;
  const TorchFacts &facts;
  Columns columns;
  TorchRows result;
  std::vector<size_t> next;
  std::vector<size_t> awake;
};

/// Returns the first column where all that the cell reads is there, or nothing
/// as long as it has not been placed.
std::optional<int64_t> Aligner::readyAt(const TorchCell &cell) const {
  int64_t column = 0;
  for (const TorchAction &action : cell.actions) {
    int64_t read = columns.columnRead(action);
    if (read < 0 && columns.reads(action))
      return std::nullopt;
    column = std::max(column, read + 1);
  }
  return column;
}

void Aligner::place(const TorchCell &cell, size_t rank) {
  TorchRow &row = result.ranks[rank];
  for (const TorchAction &action : cell.actions) {
    columns.note(action, static_cast<int64_t>(row.size()));
    for (int64_t other : {action.stage - 1, action.stage + 1})
      if (other >= 0 && other < facts.stages)
        awake.push_back(facts.rankOfStage[other]);
  }
  row.push_back(cell);
}

void Aligner::goOn(size_t rank) {
  TorchRow &row = result.ranks[rank];
  for (; next[rank] < rows.ranks[rank].size(); ++next[rank]) {
    const TorchCell &cell = rows.ranks[rank][next[rank]];
    if (cell.actions.empty())
      continue;
    std::optional<int64_t> column = readyAt(cell);
    if (!column)
      return;
    row.resize(std::max(row.size(), static_cast<size_t>(*column)));
    place(cell, rank);
  }
}

TorchRows Aligner::run() {
  for (size_t rank = rows.ranks.size(); rank-- > 0;)
    awake.push_back(rank);
  while (!awake.empty()) {
    size_t rank = awake.back();
    awake.pop_back();
    goOn(rank);
  }
  return std::move(result);
}

} // namespace

Status checkLockStep(const TorchRows &rows, const TorchFacts &facts) {
  if (facts.level != TorchLevel::compute_only)
    return Error{"rows with sends and receives are not of columns"};
  if (facts.overlaps)
    return Error{"actions overlap"};
  if (facts.placement != TorchPlacement::loop || facts.ranks < 2)
    return Error{"the stages are no loop over several ranks"};
  Columns columns(facts);
  for (const TorchRow &row : rows.ranks)
    for (size_t column = 0; column < row.size(); ++column)
      for (const TorchAction &action : row[column].actions)
        columns.note(action, static_cast<int64_t>(column));
  for (size_t rank = 0; rank < rows.ranks.size(); ++rank) {
    const TorchRow &row = rows.ranks[rank];
    for (size_t column = 0; column < row.size(); ++column)
      for (const TorchAction &action : row[column].actions)
        if (columns.columnRead(action) >= static_cast<int64_t>(column))
          return Error{
              fmt::format("{}: '{}' is not to the right of what it reads",
                          placeOf(rank, column), toString(action))};
  }
  return Status::success();
}

TorchRows alignColumns(const TorchRows &rows, const TorchFacts &facts) {
  return Aligner(rows, facts).run();
}

} // namespace layerpipe::interchange
