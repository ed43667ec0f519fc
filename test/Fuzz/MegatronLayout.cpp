//===- MegatronLayout.cpp - Any bytes as a layout of Megatron -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"
#include "layerpipe/Interchange/Megatron.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;
using namespace layerpipe::interchange;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto stages = readMegatronLayout(textOf(data, size));
  expect(stages || !stages.message().empty(), "errors have words");
  if (!stages)
    return 0;
  auto written = writeMegatronLayout(*stages, 1);
  if (written) {
    auto again = readMegatronLayout(*written);
    expect(again && *again == *stages, "reading and writing changes nothing");
  }
  return 0;
}
