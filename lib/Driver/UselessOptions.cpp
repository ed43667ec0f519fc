//===- UselessOptions.cpp - Options that would do nothing -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/UselessOptions.h"

#include "Layerpipe/IR/LayerpipeOptimizers.h"
#include "layerpipe/Driver/Compiler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace layerpipe;
using namespace layerpipe::driver;
using base::OptionRule;

std::vector<OptionRule>
layerpipe::driver::rulesOfSplits(const SplitOptions &splits, bool cutsTasks) {
  const std::string other = "without the strategy layerpipe, which alone cuts "
                            "tasks and weighs objectives";
  return {{"--split", !cutsTasks, other},
          {"--split-quantum", !cutsTasks, other},
          {"--split-quantum", splits.kinds == "none",
           "with --split none, which cuts nothing"},
          {"--objectives", !cutsTasks, other},
          {"--tolerance", !cutsTasks, other}};
}

std::vector<OptionRule>
layerpipe::driver::rulesOfCosts(const CostOptions &costs) {
  bool other = costs.model != "roofline";
  const std::string reason = "without --cost-model roofline";
  return {{"--gflops", other, reason}, {"--gigabytes", other, reason}};
}

/// Lists the options that choose a schedule.
static constexpr const char *schedulingOptions[] = {
    "--processors", "--strategy",  "--split",         "--split-quantum",
    "--objectives", "--tolerance", "--max-staleness", "--cost-model",
    "--gflops",     "--gigabytes"};

/// Returns rules that refuse whatever a given schedule has decided already.
static std::vector<OptionRule>
rulesOfGivenSchedule(const ModelOptions &options) {
  std::vector<OptionRule> rules;
  for (const char *option : schedulingOptions)
    rules.push_back({option, !options.givenSchedule.empty(),
                     "with --schedule, whose file says that"});
  rules.push_back({"--speeds", !options.givenSchedule.empty(),
                   "with --schedule, whose file says that"});
  return rules;
}

/// Returns rules that refuse the coefficients that the optimizer has not.
static std::vector<OptionRule> rulesOfOptimizer(const std::string &name) {
  const Optimizer *chosen = findOptimizer(name);
  std::vector<OptionRule> rules;
  for (const Coefficient &coefficient : allCoefficients())
    rules.push_back(
        {"--" + coefficient.option(), chosen && !chosen->has(coefficient),
         "without --optimizer " +
             fmt::format("{}",
                         fmt::join(optimizersWith(coefficient), " or "))});
  return rules;
}

/// Returns whether something may be measured at all.
static bool measures(const ModelOptions &options) {
  return options.kernels == "measured" || options.costs.model == "measure";
}

std::string layerpipe::driver::findUselessOption(const ModelOptions &options) {
  const std::string nothingMeasured =
      "with --kernels " + options.kernels +
      ", unless --cost-model measure measures tasks";
  std::vector<OptionRule> rules = {
      {"--kernel-cache", !measures(options), nothingMeasured},
      {"--measure-seconds", !measures(options), nothingMeasured},
      {"--max-staleness", options.strategy == "sequential",
       "with --strategy sequential, which delays no gradient"}};
  for (const std::vector<OptionRule> &more :
       {rulesOfOptimizer(options.optimizer), rulesOfGivenSchedule(options),
        rulesOfSplits(options.splits, options.strategy == "layerpipe"),
        rulesOfCosts(options.costs), rulesOfMachine(options.machine)})
    rules.insert(rules.end(), more.begin(), more.end());
  return base::findUselessOption(options.given, rules);
}

/// Lists the options that say how the network is trained.
static std::vector<std::string> trainingOptions() {
  std::vector<std::string> options = {"--batch", "--optimizer", "--lr",
                                      "--no-decay", "--clip-norm"};
  for (const Coefficient &coefficient : allCoefficients())
    options.push_back("--" + coefficient.option());
  return options;
}

bool layerpipe::driver::isTrainingOption(const std::string &option) {
  return llvm::is_contained(trainingOptions(), option);
}

std::string
layerpipe::driver::findUselessOnScheduled(const ModelOptions &options,
                                          const std::string &what) {
  const std::string reason =
      fmt::format("on '{}': it holds {}, whose training and schedule are fixed",
                  options.model, what);
  std::vector<OptionRule> rules;
  for (const char *option : schedulingOptions)
    rules.push_back({option, true, reason});
  for (const char *option : machineOptions)
    rules.push_back({option, true, reason});
  rules.push_back({"--schedule", true, reason});
  for (const std::string &option : trainingOptions())
    rules.push_back({option, true, reason});
  return base::findUselessOption(options.given, rules);
}
