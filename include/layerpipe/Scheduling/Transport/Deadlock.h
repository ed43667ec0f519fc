//===- Deadlock.h - Rows that wait for each other ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether rows of sends and receives run to their end depends on what carries
// the messages. Where a send completes only together with its receive, two
// processors that both send first wait for each other forever, although the
// same rows run where sends are buffered. GPUs' libraries keep operations in
// queues besides, so that one that can't complete holds up those behind it.
//
// In every model here, what completes can never be held up again. So rows
// hang in one run if they hang in all, and whether they do is a question about
// cycles in one graph, which has an exact answer in linear time.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_TRANSPORT_DEADLOCK_H
#define LAYERPIPE_SCHEDULING_TRANSPORT_DEADLOCK_H

#include "layerpipe/Scheduling/Transport/CommunicationRows.h"

#include <array>
#include <optional>
#include <string_view>

namespace layerpipe::scheduling {

/// Says when sends and receives complete. In all models a processor posts what
/// its row says without waiting for it, with the exception of `host`, and an
/// action waits for the messages that it reads.
enum class Transport : uint8_t {
  /// A send completes at once, and a receive as soon as its message was sent.
  /// Buffers make this true, as those of MPI do for short messages.
  eager,
  /// Each two processors have a communicator. Operations enter it in the order
  /// of the row, and complete when both ends have the same message in front.
  /// NCCL does this where each pair has its own communicator.
  pair,
  /// Each processor has one queue for all of its operations. The first one
  /// completes when it also is the first of its partner's queue: NCCL with one
  /// communicator for all.
  processor,
  /// As `processor`; and a processor waits for each operation before its next
  /// step. Rows hang here exactly if they do with `processor`: what a processor
  /// could compute meanwhile leads only to sends that are queued anyway.
  host,
  /// Each direction between two processors has a communicator of its own, as
  /// PyTorch plans to have.
  edge
};

inline constexpr std::array allTransports = {Transport::eager, Transport::pair,
                                             Transport::processor,
                                             Transport::host, Transport::edge};

/// These are "eager", "pair", "rank", "host" and "edge".
std::string_view toString(Transport transport);
std::optional<Transport> parseTransport(std::string_view text);

/// Succeeds if all steps of rows that pass check() complete. Otherwise the
/// error, which is `infeasible`, names the first operation that never completes
/// and a shortest cycle of waits through one that holds it up:
///
///   processor 0 never completes '0SEND_F1': '1RECV_F1' of processor 1 is
///   queued behind '1SEND_B0'; '0RECV_B0' of processor 0 is queued behind
///   '0SEND_F1'
///
/// O(n log n) for n steps.
Status checkTransport(const CommunicationRows &rows, Transport transport);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_TRANSPORT_DEADLOCK_H
