//===- ComparedModels.h - What is compared ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_COMPAREDMODELS_H
#define LAYERPIPE_TOOLS_LAYERPIPE_COMPAREDMODELS_H

#include "layerpipe/Strategies/TaskForms.h"
#include "layerpipe/Driver/CostOptions.h"
#include "layerpipe/Driver/SplitOptions.h"

#include <optional>
#include <set>
#include <string>

namespace layerpipe::driver {

struct ComparedModelOptions {
  /// The user gave these options, by their long names.
  std::set<std::string> given;
  std::string path;
  CostOptions costs;
  int64_t batch = 0;
  /// This says how a profile's backward times are divided.
  std::string backwardSplit = "products";
  SplitOptions splits;
};

/// Reads the tasks of a network in both forms. The network is a forward graph
/// (.mlir), or PipeDream's profile (.txt), whose times are its own. Standard
/// input ("-") may be either. Errors are printed.
std::optional<strategies::TaskForms>
readComparedModel(const ComparedModelOptions &options);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_COMPAREDMODELS_H
