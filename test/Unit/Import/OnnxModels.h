//===- OnnxModels.h - Models that tests import ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_IMPORT_ONNXMODELS_H
#define LAYERPIPE_TEST_UNIT_IMPORT_ONNXMODELS_H

#include "Support/RandomGraphs.h"
#include "layerpipe/Import/OnnxImport.h"

#include <gmock/gmock.h>

namespace layerpipe::onnx::test {

using Names = std::vector<std::string>;

inline Tensor floats(const Extents &extents, const std::vector<float> &values) {
  return {{ElementType::float32, extents},
          std::string(reinterpret_cast<const char *>(values.data()),
                      values.size() * sizeof(float))};
}

/// Makes a tensor whose elements are 1, 2, 3 and so on.
inline Tensor counting(const Extents &extents) {
  std::vector<float> values(*countElements(extents));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = float(i + 1);
  return floats(extents, values);
}

inline Tensor integers(const std::vector<int64_t> &values) {
  return {{ElementType::int64, {int64_t(values.size())}},
          std::string(reinterpret_cast<const char *>(values.data()),
                      values.size() * sizeof(int64_t))};
}

/// Builds a model of the operators' version 17. Its input is "x", and its
/// output the last node's first one.
struct TestModel {
  Model model;

  explicit TestModel(const Extents &input, int64_t opset = 17) {
    model.opsets[""] = opset;
    addInput("x", input);
  }
  void addInput(const std::string &name, const Extents &extents,
                ElementType element = ElementType::float32) {
    ValueInfo info{name, element, std::vector<Dimension>(), {}};
    for (int64_t extent : extents)
      info.shape->push_back({extent, ""});
    model.graph.inputs.push_back(info);
  }
  void addWeight(const std::string &name, Tensor tensor) {
    model.graph.initializers.push_back({name, std::move(tensor), {}});
  }
  Node &addNode(const std::string &op, Names inputs, Names outputs = {"y"}) {
    Node node;
    node.index = model.graph.nodes.size();
    node.op = op;
    node.inputs = std::move(inputs);
    node.outputs = std::move(outputs);
    model.graph.outputs = {{node.outputs.front(), {}, {}, {}}};
    return model.graph.nodes.emplace_back(std::move(node));
  }
};

/// A layer as PyTorch's exporters write it for a matrix.
inline TestModel layer() {
  TestModel model({4, 3});
  model.addWeight("fc.weight", counting({2, 3}));
  model.addWeight("fc.bias", counting({2}));
  model.addNode("Gemm", {"x", "fc.weight", "fc.bias"}).attributes = {
      {"transB", int64_t(1)}};
  return model;
}

class OnnxImportTest : public ::testing::Test {
protected:
  /// Imports the model, with the loss mse unless the options name another.
  /// Returns the module's text, or the error.
  std::string import(const TestModel &model, OnnxOptions options = {}) {
    if (options.losses.empty())
      options.losses.emplace_back();
    if (options.losses[0].loss.empty())
      options.losses[0].loss = "mse";
    return importAsItIs(model, options);
  }
  std::string importAsItIs(const TestModel &model, const OnnxOptions &options) {
    std::string text;
    mlir::ScopedDiagnosticHandler handler(
        context.get(),
        [&](mlir::Diagnostic &diagnostic) { text += diagnostic.str() + "\n"; });
    auto module = importOnnx("m.onnx", mlir::UnknownLoc::get(context.get()),
                             "net", model.model, options);
    if (module) {
      llvm::raw_string_ostream stream(text);
      module->print(stream);
    }
    return text;
  }

  std::unique_ptr<mlir::MLIRContext> context =
      layerpipe::testing::makeContext();
};

} // namespace layerpipe::onnx::test

#endif // LAYERPIPE_TEST_UNIT_IMPORT_ONNXMODELS_H
