//===- TorchPlacement.cpp - Which rank has which stage --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchPlacement.h"

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::interchange {

static Status checkNoneIsIdle(const std::vector<int64_t> &rankOfStage,
                              int64_t ranks) {
  std::vector<bool> used(ranks, false);
  for (int64_t rank : rankOfStage)
    used[rank] = true;
  auto idle = std::find(used.begin(), used.end(), false);
  if (idle != used.end())
    return Error{fmt::format("rank {} has no stage", idle - used.begin())};
  return Status::success();
}

std::string_view toString(TorchPlacement placement) {
  switch (placement) {
  case TorchPlacement::loop:
    return "loop";
  case TorchPlacement::v:
    return "v";
  case TorchPlacement::manual:
    return "manual";
  }
  return "?";
}

std::optional<TorchPlacement> parseTorchPlacement(std::string_view text) {
  for (TorchPlacement placement :
       {TorchPlacement::loop, TorchPlacement::v, TorchPlacement::manual})
    if (toString(placement) == text)
      return placement;
  return std::nullopt;
}

std::vector<int64_t> placeStages(TorchPlacement placement, int64_t stages,
                                 int64_t ranks) {
  std::vector<int64_t> rankOfStage;
  auto same = placement == TorchPlacement::v ? scheduling::Placement::v
                                             : scheduling::Placement::loop;
  for (int64_t stage = 0; stage < stages; ++stage)
    rankOfStage.push_back(scheduling::rankOf(same, stage, ranks));
  return rankOfStage;
}

TorchPlacement placementOf(const std::vector<int64_t> &rankOfStage,
                           int64_t ranks) {
  for (TorchPlacement placement : {TorchPlacement::loop, TorchPlacement::v})
    if (checkPlacement(rankOfStage, ranks, placement))
      return placement;
  return TorchPlacement::manual;
}

Status checkPlacement(const std::vector<int64_t> &rankOfStage, int64_t ranks,
                      TorchPlacement placement) {
  auto stages = static_cast<int64_t>(rankOfStage.size());
  if (placement == TorchPlacement::manual)
    return checkNoneIsIdle(rankOfStage, ranks);
  if (placement == TorchPlacement::v && stages != 2 * ranks)
    return Error{fmt::format("the placement v has two stages for each rank, "
                             "which makes {}; there are {}",
                             2 * ranks, stages)};
  if (stages < ranks)
    return Error{
        fmt::format("{} stages are too few for {} ranks", stages, ranks)};
  std::vector<int64_t> wanted = placeStages(placement, stages, ranks);
  for (int64_t stage = 0; stage < stages; ++stage)
    if (rankOfStage[stage] != wanted[stage])
      return Error{fmt::format(
          "stage {} is on rank {}; the placement {} has it on rank {}", stage,
          rankOfStage[stage], toString(placement), wanted[stage])};
  return Status::success();
}

Status checkTorchtitanPlacement(const std::vector<int64_t> &rankOfStage,
                                int64_t ranks) {
  if (checkPlacement(rankOfStage, ranks, TorchPlacement::v))
    return Status::success();
  if (Status loop = checkPlacement(rankOfStage, ranks, TorchPlacement::loop);
      !loop)
    return Error{"torchtitan places stages as a loop or a v, and this is "
                 "neither: " +
                 loop.message()};
  auto stages = static_cast<int64_t>(rankOfStage.size());
  if (stages % ranks != 0)
    return Error{fmt::format("torchtitan wants as many stages on each rank; "
                             "{} stages are not divisible by {}",
                             stages, ranks)};
  return Status::success();
}

} // namespace layerpipe::interchange
