//===- Manifest.cpp - Any bytes as the manifest of a program --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A manifest that is accepted describes memory and channels that a run trusts;
// the verifier must have seen all of it without reading out of bounds.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Manifest.h"
#include "Fuzz.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  constexpr int64_t functions = 4;
  auto manifest = runtime::parseManifest(textOf(data, size), {functions, 1});
  expect(manifest || !manifest.error().message.empty(), "errors have words");
  return 0;
}
