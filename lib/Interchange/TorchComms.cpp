//===- TorchComms.cpp - Sends, receives and shards ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TorchChecks.h"
#include "layerpipe/Interchange/TorchOrder.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace layerpipe::interchange {
namespace {

class CommsCheck {
public:
  CommsCheck(const TorchRows &rows, const TorchFacts &facts)
      : rows(rows), facts(facts), gradients(facts.stages, 0),
        shards(facts.stages), reduced(facts.stages) {}

  Status run();

private:
  Status checkBubbles(const TorchRow &row, size_t rank) const;
  Status visit(const TorchAction &action, const TorchPlace &place);
  Status checkMessage(const TorchAction &action, const TorchPlace &place) const;
  Status checkShard(const TorchAction &action, const TorchPlace &place);
  Status checkCompute(const TorchAction &action, const TorchPlace &place);
  Status checkReduction(const TorchAction &action, const TorchPlace &place);
  Status checkReductions() const;

  /// Knows whether a stage's parameters are gathered; nothing is known of those
  /// that are never gathered or dropped.
  enum class Shards : uint8_t { unknown, gathered, dropped };

  const TorchRows &rows;
  const TorchFacts &facts;
  /// Counts the microbatches whose gradients each stage has.
  std::vector<int64_t> gradients;
  std::vector<Shards> shards;
  std::vector<bool> reduced;
};

Status CommsCheck::checkBubbles(const TorchRow &row, size_t rank) const {
  for (size_t cell = 0; cell < row.size(); ++cell)
    if (row[cell].actions.empty())
      return Error{fmt::format("{} is blank; rows with sends and receives have "
                               "no bubbles",
                               placeOf(rank, cell))};
  return Status::success();
}

Status CommsCheck::checkMessage(const TorchAction &action,
                                const TorchPlace &place) const {
  // The partner of a send forward and of a receive backward is the next stage.
  bool next = action.op == TorchOp::send_forward ||
              action.op == TorchOp::receive_backward;
  int64_t partner = action.stage + (next ? 1 : -1);
  if (partner < 0 || partner >= facts.stages)
    return Error{fmt::format("{} has no partner: stage {} is the {} one",
                             describe(place, action), action.stage,
                             next ? "last" : "first")};
  if (facts.rankOfStage[partner] == facts.rankOfStage[action.stage])
    return Error{fmt::format(
        "{} is not needed: stages {} and {} are both on rank {}",
        describe(place, action), std::min(partner, action.stage),
        std::max(partner, action.stage), facts.rankOfStage[partner])};
  if (action.microbatch >= facts.microbatches)
    return Error{fmt::format("{}: there are microbatches 0 to {}",
                             describe(place, action), facts.microbatches - 1)};
  return Status::success();
}

Status CommsCheck::checkShard(const TorchAction &action,
                              const TorchPlace &place) {
  Shards &now = shards[action.stage];
  Shards wanted =
      action.op == TorchOp::unshard ? Shards::gathered : Shards::dropped;
  if (now == wanted || (now == Shards::unknown && wanted == Shards::dropped))
    return Error{fmt::format("{}: the parameters of stage {} {} already",
                             describe(place, action), action.stage,
                             wanted == Shards::gathered ? "are gathered"
                                                        : "are sharded")};
  now = wanted;
  return Status::success();
}

Status CommsCheck::checkCompute(const TorchAction &action,
                                const TorchPlace &place) {
  if (shards[action.stage] == Shards::dropped)
    return Error{fmt::format("{} needs parameters that are sharded; there must "
                             "be '{}UNSHARD' before it",
                             describe(place, action), action.stage)};
  if (action.op == TorchOp::backward || action.op == TorchOp::weight_gradient)
    ++gradients[action.stage];
  return Status::success();
}

Status CommsCheck::checkReduction(const TorchAction &action,
                                  const TorchPlace &place) {
  if (reduced[action.stage])
    return Error{describe(place, action) + " is there twice"};
  reduced[action.stage] = true;
  if (gradients[action.stage] < facts.microbatches)
    return Error{fmt::format(
        "{} comes when stage {} has the gradients of {} of {} microbatches",
        describe(place, action), action.stage, gradients[action.stage],
        facts.microbatches)};
  return Status::success();
}

/// PyTorch scales gradients where it reduces them, so either all stages do that
/// or none.
Status CommsCheck::checkReductions() const {
  auto some = std::find(reduced.begin(), reduced.end(), true);
  auto none = std::find(reduced.begin(), reduced.end(), false);
  if (some != reduced.end() && none != reduced.end())
    return Error{fmt::format(
        "stage {} has a REDUCE_GRAD and stage {} has none, so their gradients "
        "would be scaled differently",
        some - reduced.begin(), none - reduced.begin())};
  return Status::success();
}

Status CommsCheck::visit(const TorchAction &action, const TorchPlace &place) {
  if (isCompute(action.op))
    return checkCompute(action, place);
  if (hasMicrobatch(action.op))
    return checkMessage(action, place);
  return action.op == TorchOp::reduce_gradient ? checkReduction(action, place)
                                               : checkShard(action, place);
}

Status CommsCheck::run() {
  for (size_t rank = 0; rank < rows.ranks.size(); ++rank) {
    const TorchRow &row = rows.ranks[rank];
    if (Status status = checkBubbles(row, rank); !status)
      return status;
    Status status = visitActions(
        row, rank, [&](const TorchAction &action, const TorchPlace &place) {
          return visit(action, place);
        });
    if (!status)
      return status;
  }
  if (Status status = checkReductions(); !status)
    return status;
  return scheduling::check(messagesOf(rows, facts));
}

} // namespace

Status checkTorchComms(const TorchRows &rows, const TorchFacts &facts) {
  return CommsCheck(rows, facts).run();
}

} // namespace layerpipe::interchange
