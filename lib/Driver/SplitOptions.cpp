//===- SplitOptions.cpp - What strategy layerpipe may cut -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/SplitOptions.h"

using namespace layerpipe;
using namespace layerpipe::driver;

void layerpipe::driver::setSplits(const SplitOptions &options,
                                  PipelineOptions &pipeline) {
  pipeline.split = options.kinds;
  pipeline.splitQuantum = options.quantum;
  pipeline.objectives = options.objectives;
  pipeline.tolerance = options.tolerance;
  pipeline.maxStaleness = options.maxStaleness.value_or(-1);
}
