//===- Waiting.h - Why threads of a run wait, and how long ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread that runs tasks waits at channels, and a channel tells why: what
// another processor has not made yet, what it has not taken yet, or the host.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_WAITING_H
#define LAYERPIPE_RUNTIME_WAITING_H

#include "layerpipe/Runtime/Manifest.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace layerpipe::runtime {

enum class WaitCause {
  Value, ///< Another processor has not made a value yet.
  Room,  ///< Another processor still reads a value that lies in the way.
  Data,  ///< The loader has not filled a batch yet.
  Loss,  ///< The host has not taken a loss yet.
};
inline constexpr size_t waitCauseCount = 4;

/// Returns why the processor waits for the channel, of which it is an end.
WaitCause causeOf(const ChannelDescription &channel, int64_t processor);

/// Returns the cause in a word, as JSON and traces spell it: "value", "room",
/// "data" or "loss".
std::string_view nameOf(WaitCause cause);

/// These are the waits of one thread in the steady part of a run, in seconds.
struct ThreadWaits {
  double seconds = 0; ///< The steady part was so long; 0: there was none.
  /// The thread waited so long for each channel of the manifest.
  std::vector<double> channels;
  /// The thread could have run for so long, but its CPU was busy with another
  /// one. It is missing where the system doesn't tell.
  std::optional<double> displaced;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_WAITING_H
