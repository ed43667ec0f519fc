//===- SplitOptions.h - What strategy layerpipe may cut ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The options of splits mean the same in every subcommand.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_SPLITOPTIONS_H
#define LAYERPIPE_DRIVER_SPLITOPTIONS_H

#include "layerpipe/Pipelines/Pipelines.h"

#include <cstdint>
#include <optional>
#include <string>

namespace layerpipe::driver {

struct SplitOptions {
  /// This is none, grad_input, gradients or all.
  std::string kinds = "all";
  int64_t quantum = 16;
  /// These are names with commas between them.
  std::string objectives;
  /// This is in per cent.
  double tolerance = 1;
  std::optional<int64_t> maxStaleness;
};

/// Sets the splits of the passes.
void setSplits(const SplitOptions &options, PipelineOptions &pipeline);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_SPLITOPTIONS_H
