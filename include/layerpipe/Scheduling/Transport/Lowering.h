//===- Lowering.h - Sends and receives for an order -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An order says what each processor computes; what travels between them
// follows. Where the sends and receives stand in the rows decides whether the
// rows hang. They don't, under any transport, if there is one order of all
// messages that every row keeps, each receive stands before its reader, and
// each send behind its maker: then the first message of that order that is not
// complete has nothing to wait for.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_TRANSPORT_LOWERING_H
#define LAYERPIPE_SCHEDULING_TRANSPORT_LOWERING_H

#include "layerpipe/Scheduling/Transport/CommunicationRows.h"

namespace layerpipe::scheduling {

enum class Lowering : uint8_t {
  /// A receive stands right before its reader, and a send right behind its
  /// maker. This is what one writes by hand; 1F1B lowered so runs under `eager`
  /// and hangs under all transports that make senders wait.
  naive,
  /// When an action makes a message, in one global order of all actions, the
  /// send enters one row and the receive the other. The order is that in which
  /// actions end in a simulation; PyTorch does the same in rounds, one action
  /// for each processor. Receives stand early, and each holds up what is queued
  /// behind it.
  matched,
  /// As `matched`; then each receive moves right, to its reader or the next
  /// send or receive of the row, so that the order of messages stays.
  matched_late
};

/// Returns the rows of an order that check() accepts. Each edge of the problem
/// between stages on two processors is a message for each microbatch, and one
/// back. The result passes check(), and with the lowerings `matched` and
/// `matched_late` it passes checkTransport() under every transport. Fails where
/// simulate() does, on orders whose actions wait for each other above all.
/// O(n log n) for n actions and messages.
Result<CommunicationRows> addMessages(const PipelineProblem &problem,
                                      const PipelineOrder &order,
                                      Lowering lowering);

/// Returns the rows without their sends and receives.
PipelineOrder withoutMessages(const CommunicationRows &rows);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_TRANSPORT_LOWERING_H
