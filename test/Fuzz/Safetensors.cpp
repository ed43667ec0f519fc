//===- Safetensors.cpp - Any bytes as a tensor file -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is read and has only floats survives being written and read again.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Safetensors.h"
#include "Fuzz.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

static bool hasOnlyFloats(const runtime::TensorFile &file) {
  for (const auto &[name, tensor] : file.tensors)
    if (tensor.type != "F32")
      return false;
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto file = runtime::parseTensors(std::string(textOf(data, size)), "input");
  expect(file || !file.error().message.empty(), "errors have words");
  if (!file || !hasOnlyFloats(*file))
    return 0;
  std::string bytes = runtime::serializeTensors(*file);
  auto again = runtime::parseTensors(bytes, "output");
  expect(bool(again), "what is written can be read");
  expect(runtime::serializeTensors(*again) == bytes,
         "reading and writing changes nothing");
  return 0;
}
