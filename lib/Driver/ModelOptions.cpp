//===- ModelOptions.cpp - What a user asks of the compiler ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/ModelOptions.h"

using namespace layerpipe;
using namespace layerpipe::driver;

std::string layerpipe::driver::costModelOf(const ModelOptions &options,
                                           bool isProfile) {
  if (!options.costs.model.empty())
    return options.costs.model;
  if (isProfile)
    return "profile";
  return options.kernels == "measured" && options.sanitizer.empty() &&
                 options.givenSchedule.empty()
             ? "measure"
             : "macs";
}

std::vector<NamedFile>
layerpipe::driver::inputsOf(const ModelOptions &options) {
  return {{"the model", options.model},
          {"the profile of --cost-model", profileFileOf(options.costs)},
          {"--schedule", options.givenSchedule},
          {"--machine", options.machine.file}};
}

std::vector<NamedFile>
layerpipe::driver::outputsOf(const ModelOptions &options) {
  return {{"--emit-schedule", options.scheduleFile},
          {"--emit-ir", options.irFile},
          {"--kernel-cache",
           options.kernelCache == "none" ? "" : options.kernelCache}};
}
