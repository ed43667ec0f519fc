//===- ChosenMachine.cpp - The machine that a plan is for -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChosenMachine.h"

using namespace layerpipe;
using namespace layerpipe::driver;

scheduling::Result<ChosenMachine>
layerpipe::driver::readMachine(const MachineChoice &choice) {
  auto file = readMachineFile(choice);
  if (!file)
    return file.error();
  auto given = machine::describeMachine(choice.options);
  if (!given)
    return scheduling::Error{"--" + given.message()};
  auto pins = readPins(choice, *file);
  if (!pins)
    return pins.error();
  return ChosenMachine{*file ? (*file)->description : *given, std::move(*pins),
                       std::move(*file)};
}

scheduling::Status layerpipe::driver::addMachineOf(const ComparedModel &model,
                                                   const MachineChoice &choice,
                                                   ChosenMachine &machine) {
  auto pins = machine::joinPins(model.pins, machine.pins);
  if (!pins)
    return scheduling::Error{"--place: " + pins.message()};
  machine.pins = std::move(*pins);
  if (!model.machine)
    return scheduling::Status::success();
  if (choice.any())
    return scheduling::Error{"the graph has a machine already; leave out the "
                             "options that describe one"};
  machine.description = *model.machine;
  return scheduling::Status::success();
}
