//===- CommunicationRows.h - Actions, sends and receives --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A processor that talks to others runs a row of steps from left to right: it
// computes, it posts the send of a value, it posts the receive of one. A value
// that travels is a message, which one processor sends and one receives. Two
// stages on two processors, and one microbatch:
//
//   processor 0:  0F0  0SEND_F0  0RECV_B0  0B0
//   processor 1:  1RECV_F0  1F0  1B0  1SEND_B0
//
// The names are PyTorch's: a send is called by the stage that made the value,
// and a receive by the stage that reads it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_TRANSPORT_COMMUNICATIONROWS_H
#define LAYERPIPE_SCHEDULING_TRANSPORT_COMMUNICATIONROWS_H

#include "layerpipe/Scheduling/Model/Result.h"
#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

/// A message brings what `producer` made to another processor, where `consumer`
/// reads it: a forward action reads what another one made, and the gradients of
/// a stage's inputs read those of another stage's.
struct Message {
  PipelineAction producer;
  PipelineAction consumer;
  int64_t fromProcessor = 0;
  int64_t toProcessor = 0;

  bool operator==(const Message &) const = default;
};

struct RowStep {
  enum class Kind : uint8_t { compute, send, receive };
  Kind kind = Kind::compute;
  /// Says what is computed; sends and receives leave it alone.
  PipelineAction action = {};
  /// Names the message that is sent or received, by its index.
  int64_t message = -1;

  bool operator==(const RowStep &) const = default;
};

struct CommunicationRows {
  std::vector<Message> messages;
  std::vector<std::vector<RowStep>> processors;

  bool operator==(const CommunicationRows &) const = default;
};

/// Returns the step as PyTorch writes it: "2F0", "0SEND_F0".
std::string describe(const CommunicationRows &rows, const RowStep &step);

/// Succeeds if all indices are in range and each message goes from one
/// processor to another, is sent once by the first, after its producer if that
/// is in the row, and received once by the second, before its consumer. The
/// error names the first step at fault: a send that nobody receives, for
/// instance.
Status check(const CommunicationRows &rows);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_TRANSPORT_COMMUNICATIONROWS_H
