//===- TaskTimes.cpp - Any bytes as a profile of tasks --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Network/TaskTimes.h"
#include "Fuzz.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto times = network::readTaskTimes(textOf(data, size));
  expect(times || !times.message().empty(), "errors have words");
  if (times)
    for (const auto &[name, time] : *times)
      expect(time >= 0 && time <= scheduling::maxTotalTime,
             "times lie within the limits of a graph");
  return 0;
}
