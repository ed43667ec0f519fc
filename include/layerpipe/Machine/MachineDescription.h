//===- MachineDescription.h - A machine of any size -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A description says what is known of a machine before it is known how many of
// its processors are used. Options of commands and passes, and the IR, are read
// into one; solvers get a scheduling::Machine made from it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_MACHINE_MACHINEDESCRIPTION_H
#define LAYERPIPE_MACHINE_MACHINEDESCRIPTION_H

#include "layerpipe/Scheduling/Model/Machine.h"

#include <cstdint>
#include <vector>

namespace layerpipe::machine {

struct MachineDescription {
  /// Over a link with a bandwidth, values are copied between memories;
  /// processors whose link has none share a memory. Levels and pairs may name
  /// processors that are not used.
  scheduling::Links links = {};
  /// Speeds are relative, and the first P belong to P processors. An empty list
  /// means that all are 1.
  std::vector<scheduling::Fraction> speeds = {};
  /// Each processor has so many bytes of memory; 0 stands for unlimited memory.
  int64_t memory = 0;
  /// Where processors have different memories, each has its own here, and the
  /// first P belong to P processors.
  std::vector<int64_t> memories = {};
};

/// Returns a machine of that many processors as it is described. The
/// description must have a speed and a memory for each processor, or none at
/// all.
scheduling::Machine makeMachine(const MachineDescription &description,
                                int64_t processors);

/// Succeeds if the number is between 1 and maxProcessors, if there is a speed
/// and a memory for each processor or none at all, and if the machine is legal.
scheduling::Status checkMachine(const MachineDescription &description,
                                int64_t processors);

} // namespace layerpipe::machine

#endif // LAYERPIPE_MACHINE_MACHINEDESCRIPTION_H
