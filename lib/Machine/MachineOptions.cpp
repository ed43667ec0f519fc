//===- MachineOptions.cpp - A machine as options describe it --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/MachineOptions.h"

#include "layerpipe/Machine/MachineLimits.h"

#include <fmt/format.h>

#include <cmath>

namespace layerpipe::machine {

using namespace scheduling;

namespace {

template <typename T>
Status checkLimits(T value, const base::Limits<T> &limits) {
  if (base::Result<void> good = base::checkNumber(value, limits); !good)
    return Error{good.error().message};
  return Status::success();
}

Fraction toFraction(double value, int64_t scale) {
  return reduce(
      {static_cast<int64_t>(std::llround(value * double(scale))), scale});
}

Error beginWith(const char *option, const std::string &message) {
  return Error{fmt::format("{}: {}", option, message)};
}

} // namespace

Result<Fraction> exactBandwidth(double bandwidth) {
  if (Status good = checkLimits(bandwidth, limits::bandwidth); !good)
    return good;
  return toFraction(bandwidth, 1'000'000);
}

Result<Fraction> exactSpeed(double speed) {
  constexpr int64_t scale = 1000;
  if (Status good = checkLimits(speed, limits::speed); !good)
    return good;
  if (std::abs(speed * scale - std::round(speed * scale)) > 1e-6)
    return Error{
        fmt::format("{} has more than three digits behind the point", speed)};
  return toFraction(speed, scale);
}

bool MachineOptions::any() const {
  return bandwidth != 0 || latency != 0 || !speeds.empty() || memory != 0;
}

Result<MachineDescription> describeMachine(const MachineOptions &options) {
  MachineDescription description;
  Result<Fraction> bandwidth = exactBandwidth(options.bandwidth);
  if (!bandwidth)
    return beginWith("bandwidth", bandwidth.message());
  if (Status good = checkLimits(options.latency, limits::latency); !good)
    return beginWith("latency", good.message());
  if (Status good = checkLimits(options.memory, limits::memory); !good)
    return beginWith("memory-limit", good.message());
  description.links.others = {*bandwidth, options.latency};
  for (double speed : options.speeds) {
    Result<Fraction> read = exactSpeed(speed);
    if (!read)
      return beginWith("speeds", read.message());
    description.speeds.push_back(*read);
  }
  description.memory = options.memory;
  return description;
}

} // namespace layerpipe::machine
