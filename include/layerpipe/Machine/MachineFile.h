//===- MachineFile.h - Machines as files ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/machine-format.md describes the format.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_MACHINE_MACHINEFILE_H
#define LAYERPIPE_MACHINE_MACHINEFILE_H

#include "layerpipe/Machine/MachineDescription.h"
#include "layerpipe/Machine/NamedPins.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <string_view>

namespace layerpipe::machine {

/// This is what a machine file says. The machine has passed checkMachine() with
/// all its processors, and so with any first few of them. The pins name some of
/// these.
struct MachineFile {
  MachineDescription description;
  int64_t processors = 1;
  /// These layers are to run on these processors. Which network has them, the
  /// file does not say.
  NamedPins pins = {};
};

/// Reads the text of a machine file. The error names the member that is wrong,
/// and says what would be right.
scheduling::Result<MachineFile> readMachineFile(std::string_view text);

} // namespace layerpipe::machine

#endif // LAYERPIPE_MACHINE_MACHINEFILE_H
