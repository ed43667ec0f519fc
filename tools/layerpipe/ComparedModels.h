//===- ComparedModels.h - What is compared ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_COMPAREDMODELS_H
#define LAYERPIPE_TOOLS_LAYERPIPE_COMPAREDMODELS_H

#include "layerpipe/Driver/CostOptions.h"
#include "layerpipe/Driver/ModelFile.h"
#include "layerpipe/Driver/SplitOptions.h"
#include "layerpipe/Machine/MachineDescription.h"
#include "layerpipe/Machine/NamedPins.h"
#include "layerpipe/Strategies/TaskForms.h"

#include <memory>
#include <optional>
#include <string>

namespace layerpipe::driver {

struct ComparedModelOptions {
  std::string path;
  /// The batch is that of a network in MLIR, too.
  ReadOptions read;
  int64_t microbatches = 1;
  /// This is as in ModelOptions.
  std::string clipNorm;
  CostOptions costs;
  SplitOptions splits;
};

struct ComparedModel {
  /// The forms need the context of the file.
  std::unique_ptr<ModelFile> file;
  strategies::TaskForms forms;
  /// This is the machine that the network's graph has, if it has one.
  std::optional<machine::MachineDescription> machine = std::nullopt;
  /// These are the pins of the graph.
  machine::NamedPins pins = {};
};

/// Reads a network, in any format and from standard input for "-", and makes
/// its tasks in all forms. The times of a profile are its own. Errors are
/// printed.
std::optional<ComparedModel>
readComparedModel(const ComparedModelOptions &options);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_COMPAREDMODELS_H
