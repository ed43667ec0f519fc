//===- Onnx.cpp - Any bytes as an ONNX model ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model that is read has its nodes in order, and what can be folded of it is
// folded, or refused with words.
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"
#include "layerpipe/Onnx/Fold.h"
#include "layerpipe/Onnx/Reader.h"

#include <unordered_set>

using namespace layerpipe;
using namespace layerpipe::fuzz;

/// What is folded for one input must stay small.
static constexpr int64_t mostBytes = 1 << 20;

static void checkOrder(const onnx::Graph &graph) {
  std::unordered_set<std::string> defined = {""};
  for (const onnx::ValueInfo &input : graph.inputs)
    defined.insert(input.name);
  for (const onnx::Initializer &initializer : graph.initializers)
    defined.insert(initializer.name);
  for (const onnx::Node &node : graph.nodes) {
    for (const std::string &input : node.inputs)
      expect(defined.contains(input), "a node reads what is defined before it");
    defined.insert(node.outputs.begin(), node.outputs.end());
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto model = onnx::parseModel(textOf(data, size), "input");
  expect(model || !model.message().empty(), "errors have words");
  if (!model)
    return 0;
  checkOrder(model->graph);
  auto constants = onnx::foldConstants(
      *model, [](const onnx::Initializer &) { return true; }, mostBytes);
  expect(constants || !constants.message().empty(), "errors have words");
  if (constants)
    for (const auto &[name, tensor] : *constants)
      expect(int64_t(tensor.dense().bytes().size()) ==
                 onnx::countBytes(tensor.type()),
             "a tensor has the bytes of its type");
  onnx::dropUnused(model->graph);
  checkOrder(model->graph);
  return 0;
}
