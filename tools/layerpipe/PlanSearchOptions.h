//===- PlanSearchOptions.h - Searching better plans of Tessel ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_PLANSEARCHOPTIONS_H
#define LAYERPIPE_TOOLS_LAYERPIPE_PLANSEARCHOPTIONS_H

#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Interchange/TesselSearch.h"

#include <CLI/CLI.hpp>

#include <optional>

namespace layerpipe::driver {

/// The options of a subcommand that searches plans of Tessel.
struct PlanSearchOptions {
  bool improve = false;
  std::optional<int64_t> memory;

  void addTo(CLI::App &command) {
    auto *search = command.add_flag(
        "--improve", improve, "Of a plan of Tessel: search for a better one");
    command
        .add_option("--memory", memory,
                    "With --improve: what each device holds, in the plan's "
                    "units; without it, what the plan takes there")
        ->type_name("UNITS")
        ->needs(search)
        ->transform(
            base::within(base::Limits<int64_t>{0, scheduling::maxBytes}));
  }

  /// Returns how to search, or nothing if nobody asked for it.
  std::optional<interchange::TesselSearchOptions> search() const {
    if (!improve)
      return std::nullopt;
    return interchange::TesselSearchOptions{memory, {}};
  }
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_PLANSEARCHOPTIONS_H
