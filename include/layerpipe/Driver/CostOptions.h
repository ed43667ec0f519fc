//===- CostOptions.h - Where task times come from ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The options of the cost model mean the same in every subcommand.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_COSTOPTIONS_H
#define LAYERPIPE_DRIVER_COSTOPTIONS_H

#include "layerpipe/Pipelines/Pipelines.h"

#include <string>

namespace layerpipe::driver {

struct CostOptions {
  /// This is macs, roofline, measure, profile or profile=FILE. An empty one
  /// stands for the command's own: the times of a profile; else macs, or, where
  /// kernels are measured, measure.
  std::string model;
  double gigaflops = 100;
  double gigabytesPerSecond = 20;
};

/// Returns the FILE of the cost model profile=FILE, otherwise "".
std::string profileFileOf(const CostOptions &options);

/// Says what is wrong with these costs for a network that is known by its
/// profile only, or returns "".
std::string findWrongOnProfile(const CostOptions &options);

/// Sets the costs of the passes; `measure` must have become profile=FILE.
/// `isProfile` says that the network is known by its profile only.
void setCosts(const CostOptions &options, bool isProfile,
              PipelineOptions &pipeline);

/// Sets the costs of the passes to the times of this profile.
void setProfile(const std::string &path, PipelineOptions &pipeline);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_COSTOPTIONS_H
