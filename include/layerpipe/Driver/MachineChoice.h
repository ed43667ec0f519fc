//===- MachineChoice.h - What a command is to run on ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_MACHINECHOICE_H
#define LAYERPIPE_DRIVER_MACHINECHOICE_H

#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Machine/MachineFile.h"
#include "layerpipe/Machine/MachineOptions.h"

#include <optional>
#include <string>
#include <vector>

namespace layerpipe::driver {

/// The machine is described by options or by a file.
struct MachineChoice {
  machine::MachineOptions options;
  /// This is a file as docs/machine-format.md says; it is empty if there is
  /// none.
  std::string file;
  /// These layers are placed, as "fc1=0", beside those of the file.
  std::vector<std::string> place = {};

  /// Returns whether the user described a machine at all.
  bool any() const { return !file.empty() || options.any(); }
};

/// These are the long names of the options that describe a machine.
inline constexpr const char *machineOptions[] = {
    "--machine", "--bandwidth",    "--latency",
    "--speeds",  "--memory-limit", "--place"};

/// Returns the layers that the options and the file place. Fails on a layer
/// that they place differently.
scheduling::Result<machine::NamedPins>
readPins(const MachineChoice &machine,
         const std::optional<machine::MachineFile> &file);

/// Returns when options of the machine do nothing: beside a file, but for
/// --place.
std::vector<base::OptionRule> rulesOfMachine(const MachineChoice &machine);

/// Reads the file of the choice. There is none where it names none. The error
/// names the file.
scheduling::Result<std::optional<machine::MachineFile>>
readMachineFile(const MachineChoice &machine);

/// Fails if there are more processors than the machine of that file has.
scheduling::Status
checkProcessors(int64_t processors, const MachineChoice &machine,
                const std::optional<machine::MachineFile> &file);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_MACHINECHOICE_H
