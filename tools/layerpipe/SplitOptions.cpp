//===- SplitOptions.cpp - What strategy layerpipe may cut -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitOptions.h"

#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Transforms/OptionLimits.h"
using namespace layerpipe;
using namespace layerpipe::driver;

void layerpipe::driver::addSplitOptions(CLI::App &command,
                                        SplitOptions &options) {
  auto *splits = command.add_option_group("Splits (of strategy layerpipe)");
  splits
      ->add_option("--split", options.kinds,
                   "What may be cut into parts: none, grad_input, gradients or "
                   "all")
      ->check(CLI::IsMember({"none", "grad_input", "gradients", "all"}))
      ->capture_default_str();
  splits
      ->add_option("--split-quantum", options.quantum,
                   "Cuts of channels fall on multiples of it; 1 for studies")
      ->transform(base::within(limits::quantum))
      ->capture_default_str();
  splits
      ->add_option("--objectives", options.objectives,
                   "What decides first, second, …: some of period, "
                   "communication, staleness, memory; in this order unless "
                   "told otherwise")
      ->type_name("LIST");
  splits
      ->add_option("--tolerance", options.tolerance,
                   "By how much a period may exceed its bound and be short "
                   "enough, in per cent")
      ->transform(base::within(limits::tolerance))
      ->capture_default_str();
  splits
      ->add_option("--max-staleness", options.maxStaleness,
                   "No layer's gradient may be later than so many iterations")
      ->transform(base::within(limits::staleness));
}

void layerpipe::driver::setSplits(const SplitOptions &options,
                                  PipelineOptions &pipeline) {
  pipeline.split = options.kinds;
  pipeline.splitQuantum = options.quantum;
  pipeline.objectives = options.objectives;
  pipeline.tolerance = options.tolerance;
  pipeline.maxStaleness = options.maxStaleness.value_or(-1);
}
