//===- MachineChoice.cpp - What a command is to run on --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/MachineChoice.h"

#include "layerpipe/Driver/TextFile.h"

#include <fmt/format.h>

using namespace layerpipe;
using namespace layerpipe::driver;

std::vector<base::OptionRule>
layerpipe::driver::rulesOfMachine(const MachineChoice &machine) {
  std::vector<base::OptionRule> rules;
  for (const char *option : machineOptions)
    if (std::string_view(option) != "--machine" &&
        std::string_view(option) != "--place")
      rules.push_back({option, !machine.file.empty(),
                       "with --machine, whose file says that"});
  return rules;
}

scheduling::Result<std::optional<machine::MachineFile>>
layerpipe::driver::readMachineFile(const MachineChoice &machine) {
  if (machine.file.empty())
    return std::optional<machine::MachineFile>();
  auto text = readInput(machine.file);
  if (!text)
    return scheduling::Error{fmt::format("{}: can't read it: {}", machine.file,
                                         text.getError().message())};
  auto file = machine::readMachineFile((*text)->getBuffer());
  if (!file)
    return scheduling::Error{machine.file + ": " + file.message()};
  return std::optional(std::move(*file));
}

scheduling::Result<machine::NamedPins>
layerpipe::driver::readPins(const MachineChoice &machine,
                            const std::optional<machine::MachineFile> &file) {
  auto pins = machine::parsePins(machine.place);
  if (pins && file)
    pins = machine::joinPins(file->pins, *pins);
  if (!pins)
    return scheduling::Error{"--place: " + pins.message()};
  return pins;
}

scheduling::Status layerpipe::driver::checkProcessors(
    int64_t processors, const MachineChoice &machine,
    const std::optional<machine::MachineFile> &file) {
  if (!file || processors <= file->processors)
    return scheduling::Status::success();
  return scheduling::Error{fmt::format("{} processors, but the machine of '{}' "
                                       "has {}",
                                       processors, machine.file,
                                       file->processors)};
}
