//===- ChosenMachine.h - The machine that a plan is for ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_CHOSENMACHINE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_CHOSENMACHINE_H

#include "ComparedModels.h"
#include "layerpipe/Driver/MachineChoice.h"

namespace layerpipe::driver {

/// This is what options, a machine's file and a network say of a machine.
struct ChosenMachine {
  machine::MachineDescription description;
  machine::NamedPins pins;
  /// The file of --machine, which alone says how many processors there are.
  std::optional<machine::MachineFile> file = std::nullopt;
};

/// Reads the machine that the options describe, by themselves or by a file.
scheduling::Result<ChosenMachine> readMachine(const MachineChoice &choice);

/// Adds the pins that the network's graph has, and takes its machine. Fails if
/// the options describe one, too.
scheduling::Status addMachineOf(const ComparedModel &model,
                                const MachineChoice &choice,
                                ChosenMachine &machine);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_CHOSENMACHINE_H
