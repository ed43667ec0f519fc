//===- Zip.cpp - Any bytes as a ZIP archive -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A member that is read is no larger than deflated bytes may get.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Zip.h"
#include "Fuzz.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto bytes =
      runtime::readZipMember(textOf(data, size), "inputs.npy", "input");
  if (bytes)
    expect(bytes->size() <= 1032 * size + 64, "deflate makes no more bytes");
  return 0;
}
