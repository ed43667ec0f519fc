//===- MachineOptions.h - A machine as options describe it ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commands and passes take a machine in the same options. These are the options
// as they are typed, and their one reader.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_MACHINE_MACHINEOPTIONS_H
#define LAYERPIPE_MACHINE_MACHINEOPTIONS_H

#include "layerpipe/Machine/MachineDescription.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <vector>

namespace layerpipe::machine {

struct MachineOptions {
  /// Each link has this bandwidth, in bytes per time unit; 0 is infinite.
  double bandwidth = 0;
  /// A transfer arrives so many time units after it has left its link.
  int64_t latency = 0;
  /// Each processor has its relative speed here; the first P count. The list is
  /// empty when all are 1.
  std::vector<double> speeds = {};
  /// Each processor may hold so many bytes; 0 is unlimited.
  int64_t memory = 0;

  /// Returns whether the options describe anything but equal processors with
  /// one shared memory.
  bool any() const;
};

/// Reads the options. Fails on a number that is beyond its limits
/// (MachineLimits.h) or that has more digits than count; the message begins
/// with the option's name.
scheduling::Result<MachineDescription>
describeMachine(const MachineOptions &options);

/// Returns the exact number that stands for a bandwidth, in millionths, and for
/// a speed, in thousandths. Fails on one that is beyond its limits, and on a
/// speed with more digits.
scheduling::Result<scheduling::Fraction> exactBandwidth(double bandwidth);
scheduling::Result<scheduling::Fraction> exactSpeed(double speed);

} // namespace layerpipe::machine

#endif // LAYERPIPE_MACHINE_MACHINEOPTIONS_H
