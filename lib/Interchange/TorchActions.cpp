//===- TorchActions.cpp - Each action once and in turn --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All computing actions are sorted by stage and microbatch, so that what
// belongs together lies together, and numbers that are missing are gaps.
//
//===----------------------------------------------------------------------===//

#include "TorchChecks.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace layerpipe::interchange {
namespace {

struct Entry {
  TorchAction action;
  TorchPlace place;
};

bool isBefore(const Entry &a, const Entry &b) {
  auto keyOf = [](const Entry &entry) {
    return std::tuple(entry.action.stage, entry.action.microbatch,
                      entry.action.op, entry.place);
  };
  return keyOf(a) < keyOf(b);
}

/// The actions of one stage and one microbatch.
using Group = std::span<const Entry>;

class ActionsCheck {
public:
  explicit ActionsCheck(const TorchRows &rows) : rows(rows) {}

  Result<TorchFacts> run();

private:
  Status collect();
  Status collect(const TorchAction &action, const TorchPlace &place);
  Status checkOverlaps(const TorchRow &row, size_t rank);
  Status checkStages() const;
  Status checkGroups();
  Status checkGroup(Group group);
  Status checkBackward(Group group);
  Error missing(int64_t stage, int64_t microbatch) const;

  const TorchRows &rows;
  TorchFacts facts;
  std::vector<Entry> entries;
  /// Give where each stage was seen first.
  std::vector<TorchPlace> places;
};

const Entry *find(Group group, TorchOp op) {
  auto found = std::find_if(group.begin(), group.end(), [&](const Entry &one) {
    return one.action.op == op;
  });
  return found == group.end() ? nullptr : &*found;
}

Status ActionsCheck::collect(const TorchAction &action,
                             const TorchPlace &place) {
  if (action.stage >= static_cast<int64_t>(places.size())) {
    places.resize(action.stage + 1);
    facts.rankOfStage.resize(action.stage + 1, -1);
  }
  auto rank = static_cast<int64_t>(place.rank);
  int64_t &owner = facts.rankOfStage[action.stage];
  if (owner < 0) {
    owner = rank;
    places[action.stage] = place;
  }
  if (owner != rank)
    return Error{fmt::format(
        "{} is of stage {}, which is on rank {} ({})", describe(place, action),
        action.stage, owner,
        placeOf(places[action.stage].rank, places[action.stage].cell))};
  if (!isCompute(action.op))
    return Status::success();
  entries.push_back({action, place});
  if (action.op == TorchOp::forward)
    facts.microbatches = std::max(facts.microbatches, action.microbatch + 1);
  return Status::success();
}

/// Returns whether an action reads what the other one makes.
bool reads(const TorchAction &action, const TorchAction &other) {
  if (action.microbatch != other.microbatch)
    return false;
  if (action.stage == other.stage)
    return other.op == TorchOp::forward ||
           (other.op == TorchOp::input_gradient &&
            action.op == TorchOp::weight_gradient);
  bool isForward = action.op == TorchOp::forward;
  bool readsMade = isForward ? other.op == TorchOp::forward
                             : action.op != TorchOp::weight_gradient &&
                                   other.op != TorchOp::forward &&
                                   other.op != TorchOp::weight_gradient;
  return readsMade && action.stage == other.stage + (isForward ? 1 : -1);
}

Status ActionsCheck::checkOverlaps(const TorchRow &row, size_t rank) {
  for (size_t cell = 0; cell < row.size(); ++cell) {
    const std::vector<TorchAction> &parts = row[cell].actions;
    facts.overlaps |= parts.size() > 1;
    for (size_t part = 1; part < parts.size(); ++part)
      if (reads(parts[part], parts[part - 1]))
        return Error{
            fmt::format("{}: '{}' reads what '{}' makes, so they can't overlap",
                        placeOf(rank, cell), toString(parts[part]),
                        toString(parts[part - 1]))};
  }
  return Status::success();
}

Status ActionsCheck::collect() {
  for (size_t rank = 0; rank < rows.ranks.size(); ++rank) {
    size_t before = entries.size();
    Status status =
        visitActions(rows.ranks[rank], rank,
                     [&](const TorchAction &action, const TorchPlace &place) {
                       return collect(action, place);
                     });
    if (!status)
      return status;
    if (entries.size() == before)
      return Error{fmt::format("row {}: rank {} computes nothing; each rank "
                               "has a stage",
                               rank + 1, rank)};
    if (status = checkOverlaps(rows.ranks[rank], rank); !status)
      return status;
  }
  if (rows.ranks.empty())
    return Error{"there are no rows; there must be one for each rank"};
  std::sort(entries.begin(), entries.end(), isBefore);
  return Status::success();
}

Status ActionsCheck::checkStages() const {
  auto absent =
      std::find(facts.rankOfStage.begin(), facts.rankOfStage.end(), -1);
  if (absent != facts.rankOfStage.end())
    return Error{fmt::format("there is a stage {}, but no stage {}",
                             facts.stages - 1,
                             absent - facts.rankOfStage.begin())};
  if (facts.microbatches == 0)
    return Error{"there is no forward action"};
  return Status::success();
}

Error ActionsCheck::missing(int64_t stage, int64_t microbatch) const {
  return {fmt::format("row {}: stage {} has no actions for microbatch {}; "
                      "there are microbatches 0 to {}",
                      facts.rankOfStage[stage] + 1, stage, microbatch,
                      facts.microbatches - 1)};
}

Status ActionsCheck::checkGroups() {
  int64_t stage = 0, microbatch = 0;
  for (size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    const TorchAction &first = entries[begin].action;
    while (end < entries.size() && entries[end].action.stage == first.stage &&
           entries[end].action.microbatch == first.microbatch)
      ++end;
    if (microbatch == facts.microbatches) {
      ++stage;
      microbatch = 0;
    }
    // A number that is too high has no forward action, which is said below.
    bool tooHigh = first.microbatch >= facts.microbatches;
    if (!tooHigh && (first.stage != stage || first.microbatch != microbatch))
      return missing(stage, microbatch);
    if (Status status = checkGroup({&entries[begin], end - begin}); !status)
      return status;
    ++microbatch;
  }
  if (stage + 1 < facts.stages || microbatch < facts.microbatches)
    return missing(microbatch < facts.microbatches ? stage : stage + 1,
                   microbatch % facts.microbatches);
  return Status::success();
}

Status ActionsCheck::checkGroup(Group group) {
  for (size_t i = 1; i < group.size(); ++i)
    if (group[i].action == group[i - 1].action)
      return Error{fmt::format("{} is there twice, first in cell {}",
                               describe(group[i].place, group[i].action),
                               group[i - 1].place.cell + 1)};
  const Entry *forward = find(group, TorchOp::forward);
  const Entry &last = group.back();
  if (!forward) {
    TorchAction wanted = last.action;
    wanted.op = TorchOp::forward;
    return Error{fmt::format(
        "{} has no '{}'", describe(last.place, last.action), toString(wanted))};
  }
  for (const Entry &entry : group)
    if (entry.place < forward->place)
      return Error{fmt::format("{} comes before '{}'",
                               describe(entry.place, entry.action),
                               toString(forward->action))};
  return checkBackward(group);
}

Status ActionsCheck::checkBackward(Group group) {
  const Entry *both = find(group, TorchOp::backward);
  const Entry *inputs = find(group, TorchOp::input_gradient);
  const Entry *weights = find(group, TorchOp::weight_gradient);
  const TorchAction &any = group.front().action;
  if (both && (inputs || weights)) {
    const Entry &again = inputs ? *inputs : *weights;
    return Error{fmt::format(
        "{} computes a gradient that '{}' computes as well: B is both "
        "gradients{}",
        describe(again.place, again.action), toString(both->action),
        inputs ? "" : "; in files of PyTorch 2.5 it is that of inputs alone")};
  }
  if (both)
    return Status::success();
  facts.splits = true;
  if (!inputs && !weights)
    return Error{fmt::format(
        "row {0}: there is neither '{1}B{2}' nor '{1}I{2}', so microbatch {2} "
        "gets no gradients in stage {1}",
        group.front().place.rank + 1, any.stage, any.microbatch)};
  if (!inputs || !weights) {
    const Entry &half = inputs ? *inputs : *weights;
    return Error{fmt::format("{} has no '{}{}{}'",
                             describe(half.place, half.action), any.stage,
                             inputs ? "W" : "I", any.microbatch)};
  }
  if (weights->place < inputs->place)
    return Error{fmt::format("{} comes before '{}'",
                             describe(weights->place, weights->action),
                             toString(inputs->action))};
  return Status::success();
}

Result<TorchFacts> ActionsCheck::run() {
  if (Status status = collect(); !status)
    return status;
  facts.level = levelOf(rows);
  facts.ranks = static_cast<int64_t>(rows.ranks.size());
  facts.stages = static_cast<int64_t>(facts.rankOfStage.size());
  if (Status status = checkStages(); !status)
    return status;
  if (Status status = checkGroups(); !status)
    return status;
  facts.placement = placementOf(facts.rankOfStage, facts.ranks);
  return std::move(facts);
}

} // namespace

Result<TorchFacts> checkTorchActions(const TorchRows &rows) {
  return ActionsCheck(rows).run();
}

} // namespace layerpipe::interchange
