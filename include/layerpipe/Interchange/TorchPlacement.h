//===- TorchPlacement.h - Which rank has which stage ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file of rows places stages on ranks, and so does the program that builds
// the modules; both must agree. With P ranks there are two usual placements:
//
//   loop  rank r has the stages r, r + P, r + 2P, …
//   v     rank r has the stages r and 2P − 1 − r
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TORCHPLACEMENT_H
#define LAYERPIPE_INTERCHANGE_TORCHPLACEMENT_H

#include "layerpipe/Interchange/TorchRows.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace layerpipe::interchange {

enum class TorchPlacement : uint8_t {
  loop,
  v,
  /// The stages lie in some other way, which torchtitan can't build.
  manual
};

/// Returns "loop", "v" or "manual".
std::string_view toString(TorchPlacement placement);
std::optional<TorchPlacement> parseTorchPlacement(std::string_view text);

/// Returns the rank of each stage; `manual` is none that could be computed, and
/// answers as `loop` does. `v` has two stages for each rank.
std::vector<int64_t> placeStages(TorchPlacement placement, int64_t stages,
                                 int64_t ranks);

/// Says which placement the ranks of stages are. One rank alone is a loop.
TorchPlacement placementOf(const std::vector<int64_t> &rankOfStage,
                           int64_t ranks);

/// Succeeds if stages lie as the placement says. The error names the first
/// stage that does not, or the number of stages that would be right; anything
/// is `manual` where each rank has a stage.
Status checkPlacement(const std::vector<int64_t> &rankOfStage, int64_t ranks,
                      TorchPlacement placement);

/// Succeeds if torchtitan can build modules for the placement: it must be loop,
/// with as many stages on each rank, or v.
Status checkTorchtitanPlacement(const std::vector<int64_t> &rankOfStage,
                                int64_t ranks);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TORCHPLACEMENT_H
