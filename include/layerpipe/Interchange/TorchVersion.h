//===- TorchVersion.h - Dialects of PyTorch's rows --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TORCHVERSION_H
#define LAYERPIPE_INTERCHANGE_TORCHVERSION_H

#include "layerpipe/Interchange/TorchRows.h"

#include <optional>
#include <string_view>

namespace layerpipe::interchange {

/// These are the versions of PyTorch that changed the format. Those between two
/// of them speak as the older one.
enum class TorchVersion : uint8_t {
  /// B is the gradient of inputs, and BW is both.
  v2_5,
  /// Renamed: I is the gradient of inputs, and B is both.
  v2_6,
  /// Adds OVERLAP_F_B.
  v2_9,
  /// Adds REDUCE_GRAD.
  v2_10
};

inline constexpr TorchVersion newestTorch = TorchVersion::v2_10;

/// Returns "2.5", for instance.
std::string_view toString(TorchVersion version);

/// Reads "2.7", or "2.7.1", as 2.6. Fails on versions before 2.5, which had no
/// such files, and on what is no version.
Result<TorchVersion> parseTorchVersion(std::string_view text);

/// Returns the letters of an op in the version, or nothing if it has no such
/// op.
std::optional<std::string_view> lettersOf(TorchOp op, TorchVersion version);

/// Reads letters; the opposite of lettersOf.
std::optional<TorchOp> parseTorchOp(std::string_view letters,
                                    TorchVersion version);

/// Returns whether cells may hold several actions.
inline bool hasOverlaps(TorchVersion version) {
  return version >= TorchVersion::v2_9;
}

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TORCHVERSION_H
