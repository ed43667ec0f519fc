//===- StepSizes.cpp - Step sizes that change in a run --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/StepSizes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace layerpipe::runtime;

float StepSizes::at(int64_t iteration) const noexcept {
  const double rate = learningRate;
  if (iteration < warmUp)
    return float(rate * double(iteration + 1) / double(warmUp));
  const int64_t passed = iteration - warmUp;
  const int64_t falls = passed / interval;
  const double share =
      double(passed) / double(std::max<int64_t>(1, iterations - warmUp));
  switch (schedule) {
  case StepSchedule::constant:
    break;
  case StepSchedule::step:
    return float(rate * std::pow(factor, double(falls)));
  case StepSchedule::cosine:
    return float(finalRate + (rate - finalRate) * 0.5 *
                                 (1 + std::cos(std::numbers::pi * share)));
  case StepSchedule::linear:
    return float(rate + (finalRate - rate) * share);
  }
  return learningRate;
}
