//===- PipedreamProfile.cpp - Any bytes as a PipeDream profile ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A network that is read is legal, and so are the tasks that training it takes.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Network/PipedreamProfile.h"
#include "Fuzz.h"
#include "Support/TrainingTasks.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto network = network::readPipedreamProfile(textOf(data, size));
  expect(network || !network.message().empty(), "errors have words");
  if (!network)
    return 0;
  expect(scheduling::check(*network).ok(), "the layers are a legal graph");
  for (bool coupled : {true, false})
    expect(scheduling::check(
               layerpipe::testing::makeTrainingTasks(*network, coupled))
               .ok(),
           "the tasks are a legal graph");
  return 0;
}
