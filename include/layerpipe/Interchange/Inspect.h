//===- Inspect.h - What a schedule of another runtime is --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commands take files of several formats and know them by what is in them. This
// is what they ask, and what they print.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_INSPECT_H
#define LAYERPIPE_INTERCHANGE_INSPECT_H

#include "layerpipe/Interchange/TesselSearch.h"
#include "layerpipe/Interchange/TorchVersion.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::interchange {

/// Returns whether the text is PyTorch's rows or a plan of Tessel, right or
/// wrong.
bool isForeignSchedule(std::string_view text);

struct InspectOptions {
  /// PyTorch's rows are read as this version has them.
  TorchVersion torch = newestTorch;
  /// Rows with sends and receives must not hang under any of these.
  std::vector<scheduling::Transport> transports = {};
  /// A plan of Tessel is searched for a better one, if this says how.
  std::optional<TesselSearchOptions> search = std::nullopt;
};

struct Inspection {
  /// Tells people on one line what was found.
  std::string summary;
  /// Holds the same for programs, and more; docs/interchange.md lists the keys.
  nlohmann::ordered_json facts;
};

/// Reads and checks a schedule that isForeignSchedule() knows. The message
/// names the place of the first mistake.
Result<Inspection> inspectSchedule(std::string_view text,
                                   const InspectOptions &options = {});

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_INSPECT_H
