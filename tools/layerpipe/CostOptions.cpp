//===- CostOptions.cpp - Where task times come from -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostOptions.h"

#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Transforms/OptionLimits.h"
using namespace layerpipe;
using namespace layerpipe::driver;

static const std::string profilePrefix = "profile=";

static bool namesFile(const std::string &model) {
  return model.starts_with(profilePrefix) &&
         model.size() > profilePrefix.size();
}

/// Returns the message for a model that does not exist, or nothing.
static std::string checkModel(const std::string &model, bool canMeasure) {
  if (model == "macs" || model == "roofline" || model == "profile" ||
      namesFile(model) || (canMeasure && model == "measure"))
    return "";
  return "'" + model + "' is no cost model; there are macs, roofline, " +
         (canMeasure ? "measure, " : "") + "profile and profile=FILE";
}

void layerpipe::driver::addCostOptions(CLI::App &command, CostOptions &options,
                                       bool canMeasure) {
  auto *costs = command.add_option_group("Costs");
  std::string measure =
      canMeasure ? "measure to profile the network on this machine first, "
                 : "";
  costs
      ->add_option("--cost-model", options.model,
                   "Where task times come from: macs (the default; cycles), "
                   "roofline, profile=FILE, " +
                       measure +
                       "or profile for the times that the model itself carries")
      ->type_name("MODEL")
      ->check([canMeasure](const std::string &model) {
        return checkModel(model, canMeasure);
      });
  costs
      ->add_option("--gflops", options.gigaflops,
                   "With roofline: GFLOP/s of a processor")
      ->transform(base::within(limits::rate))
      ->capture_default_str();
  costs
      ->add_option("--gigabytes", options.gigabytesPerSecond,
                   "With roofline: GB/s of a processor to its memory")
      ->transform(base::within(limits::rate))
      ->capture_default_str();
}

std::string layerpipe::driver::profileFileOf(const CostOptions &options) {
  return namesFile(options.model) ? options.model.substr(profilePrefix.size())
                                  : "";
}

void layerpipe::driver::setCosts(const CostOptions &options,
                                 PipelineOptions &pipeline) {
  pipeline.gigaflops = options.gigaflops;
  pipeline.gigabytesPerSecond = options.gigabytesPerSecond;
  if (namesFile(options.model)) {
    setProfile(profileFileOf(options), pipeline);
  } else if (!options.model.empty()) {
    pipeline.costModel = options.model;
  }
}

void layerpipe::driver::setProfile(const std::string &path,
                                   PipelineOptions &pipeline) {
  pipeline.costModel = "profile";
  pipeline.profile = path;
}
