//===- TorchCheck.h - Whether PyTorch's rows can run ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PyTorch's validator counts actions in sets. It lets pass rows that name an
// action twice, that give a microbatch no backward, or whose ranks wait for
// each other. The checks here refuse all of that:
//
//   1. each row has an action, and each stage is in one row;
//   2. there are stages 0 … S − 1 and microbatches 0 … M − 1;
//   3. each stage has, for each microbatch, one F, and behind it one B, or one
//      I and behind that one W;
//   4. rows with sends and receives have no bubbles; between neighbouring
//      stages on two ranks they have each SEND_F, RECV_F, SEND_B and RECV_B
//      once, behind what makes the value and before what reads it, and no
//      others;
//   5. UNSHARD and RESHARD take turns, and a stage with any computes between
//      them; REDUCE_GRAD comes once, after all gradients of its stage, and for
//      all stages or none;
//   6. the actions of all ranks have an order in which each reads what was made
//      before.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TORCHCHECK_H
#define LAYERPIPE_INTERCHANGE_TORCHCHECK_H

#include "layerpipe/Interchange/TorchPlacement.h"
#include "layerpipe/Interchange/TorchRows.h"

#include <cstdint>
#include <vector>

namespace layerpipe::interchange {

/// These facts are read off rows that passed the checks.
struct TorchFacts {
  TorchLevel level = TorchLevel::compute_only;
  int64_t ranks = 0;
  int64_t stages = 0;
  int64_t microbatches = 0;
  std::vector<int64_t> rankOfStage;
  TorchPlacement placement = TorchPlacement::manual;
  /// Says whether some backward is an I and a W, and whether actions overlap.
  bool splits = false;
  bool overlaps = false;
};

/// Checks the rules above, the first one first. The message names the row and
/// the cell, as in "row 2, cell 5: '1B0' comes before '1F0'". O(n log n) for n
/// actions.
Result<TorchFacts> checkTorchRows(const TorchRows &rows);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TORCHCHECK_H
