//===- MachineFile.cpp - Any bytes as a machine file ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file that is read describes a machine that solvers take, with any first few
// of its processors.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/MachineFile.h"
#include "Fuzz.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto file = machine::readMachineFile(textOf(data, size));
  expect(file || !file.message().empty(), "errors have words");
  if (!file)
    return 0;
  for (int64_t processors : {int64_t(1), file->processors})
    expect(machine::checkMachine(file->description, processors).ok(),
           "what is read is a machine");
  return 0;
}
