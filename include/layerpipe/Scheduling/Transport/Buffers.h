//===- Buffers.h - Until when messages need memory --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A message lies in memory twice: at its sender until it has been sent, and at
// its receiver until it has been read for the last time. Runtimes that don't
// know better keep all of them to the end of a step. What a sender can know
// follows from what it receives: in
//
//   processor 0:  0F0  0SEND_F0  0RECV_B0  0B0
//   processor 1:  1RECV_F0  1F0  1B0  1SEND_B0
//
// 0B0 reads a gradient that was made after 1F0 had read what 0SEND_F0 sent, so
// that buffer is free from 0B0 on, whatever carries the messages.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_TRANSPORT_BUFFERS_H
#define LAYERPIPE_SCHEDULING_TRANSPORT_BUFFERS_H

#include "layerpipe/Scheduling/Transport/CommunicationRows.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// Steps are counted from 0 in the row of their processor. "From a step on"
/// includes the step.
struct BufferLife {
  /// The sender's buffer is in use from this step on, and free from that one
  /// on; it is the length of the row where the sender can't know before the
  /// end.
  int64_t sent = 0;
  int64_t sentFree = 0;
  /// The receiver's buffer is in use from its receive on, and free behind the
  /// last action that reads it: an output is read until its reader's stage has
  /// the gradients of its parameters, and so is the gradient of one.
  int64_t received = 0;
  int64_t receivedFree = 0;

  bool operator==(const BufferLife &) const = default;
};

/// Returns the life of each message's buffers. Fails on rows that check()
/// refuses, and on rows that can't run. O(steps · processors).
Result<std::vector<BufferLife>> buffersOf(const CommunicationRows &rows);

/// Returns the most messages that each processor holds at once, sent and
/// received ones together.
std::vector<int64_t> mostBuffers(const CommunicationRows &rows,
                                 const std::vector<BufferLife> &lives);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_TRANSPORT_BUFFERS_H
