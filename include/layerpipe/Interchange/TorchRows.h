//===- TorchRows.h - Schedules as PyTorch has them --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// torch.distributed.pipelining keeps a schedule as a row of cells for each
// rank. A cell holds an action, several that overlap, or nothing, which is a
// bubble. Rows of two levels are known by what they hold:
//
//   compute_only    0F0,0F1,,0B0       F, I, B, W, overlaps and bubbles
//   compute_comms   0F0,0SEND_F0,…     all actions, and no bubbles
//
// Everything else in the room Interchange that begins with Torch is about such
// rows. docs/interchange.md tells of the format and its versions.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TORCHROWS_H
#define LAYERPIPE_INTERCHANGE_TORCHROWS_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::interchange {

using scheduling::Error;
using scheduling::Failure;
using scheduling::Result;
using scheduling::Status;

enum class TorchOp : uint8_t {
  forward,         ///< F
  input_gradient,  ///< I
  weight_gradient, ///< W
  backward,        ///< B, which is both gradients
  send_forward,    ///< SEND_F: what a forward action made
  receive_forward, ///< RECV_F
  send_backward,   ///< SEND_B: the gradient of a stage's inputs
  receive_backward,
  unshard,        ///< UNSHARD: gathers a stage's parameters
  reshard,        ///< RESHARD: drops what was gathered
  reduce_gradient ///< REDUCE_GRAD: scales and adds up a stage's gradients
};

/// Returns the letters of an op, as in PyTorch 2.6 and later.
std::string_view toString(TorchOp op);

inline bool isCompute(TorchOp op) { return op <= TorchOp::backward; }
inline bool isSend(TorchOp op) {
  return op == TorchOp::send_forward || op == TorchOp::send_backward;
}
inline bool isReceive(TorchOp op) {
  return op == TorchOp::receive_forward || op == TorchOp::receive_backward;
}
/// Returns whether actions of the op name a microbatch.
inline bool hasMicrobatch(TorchOp op) { return op < TorchOp::unshard; }

struct TorchAction {
  int64_t stage = 0;
  TorchOp op = TorchOp::forward;
  /// Is −1 where the op has none.
  int64_t microbatch = -1;

  bool operator==(const TorchAction &) const = default;
};

/// Returns "0SEND_F3" or "1UNSHARD".
std::string toString(const TorchAction &action);

/// A cell without actions is a bubble. Several actions overlap; they are
/// computing ones.
struct TorchCell {
  std::vector<TorchAction> actions;

  bool operator==(const TorchCell &) const = default;
};

/// Returns the cell's text: "", "0F3" or "(0F7;7B3)OVERLAP_F_B".
std::string toString(const TorchCell &cell);

using TorchRow = std::vector<TorchCell>;

struct TorchRows {
  std::vector<TorchRow> ranks;

  bool operator==(const TorchRows &) const = default;
};

/// No stage, no microbatch and no rank may have a higher number.
inline constexpr int64_t maxTorchNumber = (int64_t(1) << 20) - 1;

enum class TorchLevel : uint8_t { compute_only, compute_comms };

/// Returns "compute_only" or "compute_comms".
std::string_view toString(TorchLevel level);

/// Rows are compute_only if all of their actions compute.
TorchLevel levelOf(const TorchRows &rows);

/// Returns "row 2, cell 3", for the indices 1 and 2: people count from 1.
std::string placeOf(size_t rank, size_t cell);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TORCHROWS_H
