//===- CostOptions.cpp - Where task times come from -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/CostOptions.h"

using namespace layerpipe;
using namespace layerpipe::driver;

static const std::string profilePrefix = "profile=";

static bool namesFile(const std::string &model) {
  return model.starts_with(profilePrefix) &&
         model.size() > profilePrefix.size();
}

std::string layerpipe::driver::profileFileOf(const CostOptions &options) {
  return namesFile(options.model) ? options.model.substr(profilePrefix.size())
                                  : "";
}

std::string layerpipe::driver::findWrongOnProfile(const CostOptions &options) {
  if (options.model.empty() || options.model == "profile")
    return "";
  return "--cost-model " + options.model +
         ": a profile has times of its own, and nothing else to count";
}

void layerpipe::driver::setCosts(const CostOptions &options, bool isProfile,
                                 PipelineOptions &pipeline) {
  pipeline.gigaflops = options.gigaflops;
  pipeline.gigabytesPerSecond = options.gigabytesPerSecond;
  if (namesFile(options.model)) {
    setProfile(profileFileOf(options), pipeline);
  } else if (!options.model.empty()) {
    pipeline.costModel = options.model;
  } else if (isProfile) {
    pipeline.costModel = "profile";
  }
}

void layerpipe::driver::setProfile(const std::string &path,
                                   PipelineOptions &pipeline) {
  pipeline.costModel = "profile";
  pipeline.profile = path;
}
