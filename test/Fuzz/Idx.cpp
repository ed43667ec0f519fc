//===- Idx.cpp - Any bytes as an IDX file, gzipped or not -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Idx.h"
#include "Fuzz.h"
#include "layerpipe/Base/FileBytes.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto bytes = base::unpackIfGzipped(std::string(textOf(data, size)), "input");
  if (!bytes)
    return 0;
  auto file = runtime::parseIdx(*bytes, "input");
  if (!file)
    return 0;
  uint64_t elements = 1;
  for (int64_t extent : file->extents)
    elements *= uint64_t(extent);
  expect(elements == file->values.size(), "the extents are those of the data");
  return 0;
}
