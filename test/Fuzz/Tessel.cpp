//===- Tessel.cpp - Any bytes as a plan of Tessel -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Tessel.h"
#include "Fuzz.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;
using namespace layerpipe::interchange;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto plan = readTesselJson(textOf(data, size));
  expect(plan || !plan.message().empty(), "errors have words");
  if (!plan)
    return 0;
  auto again = readTesselJson(writeTesselJson(*plan));
  expect(again && *again == *plan, "reading and writing changes nothing");
  auto facts = checkTessel(*plan);
  expect(facts || !facts.message().empty(), "errors have words");
  if (facts)
    expect(facts->steps > 0, "blocks take time");
  return 0;
}
