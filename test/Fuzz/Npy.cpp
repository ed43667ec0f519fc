//===- Npy.cpp - Any bytes as an array of NumPy ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The array must have the bytes of its shape, and converts without a fault.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Npy.h"
#include "Fuzz.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto array = runtime::parseNpy(textOf(data, size), "input");
  if (!array)
    return 0;
  auto floats = runtime::floatsOf(*array);
  if (!floats)
    return 0;
  uint64_t elements = 1;
  for (int64_t extent : array->shape)
    elements *= uint64_t(extent);
  expect(elements == floats->size(), "the shape is that of the data");
  return 0;
}
