//===- TorchCheck.cpp - Whether PyTorch's rows can run --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchCheck.h"

#include "TorchChecks.h"
#include "layerpipe/Interchange/TorchOrder.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"

namespace layerpipe::interchange {

Result<TorchFacts> checkTorchRows(const TorchRows &rows) {
  Result<TorchFacts> facts = checkTorchActions(rows);
  if (!facts)
    return facts;
  if (facts->level == TorchLevel::compute_comms)
    if (Status status = checkTorchComms(rows, *facts); !status)
      return status;
  // An order that can't be given messages at all can't run.
  auto lowered = scheduling::addMessages(unitProblemOf(*facts), orderOf(rows),
                                         scheduling::Lowering::naive);
  if (!lowered)
    return lowered.error();
  if (facts->level == TorchLevel::compute_comms)
    if (Status status = scheduling::checkTransport(
            messagesOf(rows, *facts), scheduling::Transport::eager);
        !status)
      return status;
  return facts;
}

} // namespace layerpipe::interchange
