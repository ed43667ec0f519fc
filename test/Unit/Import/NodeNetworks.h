//===- NodeNetworks.h - networks of ONNX's tests of nodes -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first input of floats is a network's input, and the others are its
// parameters.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_IMPORT_NODENETWORKS_H
#define LAYERPIPE_TEST_UNIT_IMPORT_NODENETWORKS_H

#include "Onnx/NodeSuite.h"
#include "layerpipe/Import/OnnxImport.h"

#include <optional>
#include <string>

namespace layerpipe::testing {

/// This is one output of a test, as a network that computes it.
struct NodeNetwork {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  onnx::Tensor wanted, input;
  /// There are labels where the output is a loss.
  std::optional<onnx::Tensor> labels;
};

/// Returns which input of the loss, if the model is one, has the labels.
inline std::string labelsOf(const onnx::Model &model) {
  for (const onnx::Node &node : model.graph.nodes)
    if (node.op == "SoftmaxCrossEntropyLoss")
      return node.inputs[1];
  return "";
}

/// Reads output `index` of a test's model and what its inputs are. Returns none
/// where it is of another type than floats, or needs no network; there is no
/// module where the import refuses the model, for the reason `problem`.
inline std::optional<NodeNetwork>
readNodeNetwork(const std::filesystem::path &folder, onnx::Model model,
                size_t index, OnnxOptions options, mlir::MLIRContext &context,
                std::string &problem) {
  const onnx::ValueInfo output = model.graph.outputs[index];
  auto wanted = onnx::test::readSuiteTensor(folder, "output", index, output);
  if (!wanted || !onnx::isFloat(wanted->element()))
    return std::nullopt;
  std::optional<onnx::Tensor> input, labels;
  std::vector<onnx::ValueInfo> kept;
  const std::string labelsName = labelsOf(model);
  for (size_t i = 0; i < model.graph.inputs.size(); ++i) {
    const onnx::ValueInfo &value = model.graph.inputs[i];
    auto tensor = onnx::test::readSuiteTensor(folder, "input", i, value);
    if (!tensor)
      return std::nullopt;
    bool isInput = !input && onnx::isFloat(tensor->element()) &&
                   !tensor->extents().empty();
    if (value.name == labelsName)
      labels = *tensor;
    else if (isInput)
      input = *tensor;
    else {
      model.graph.initializers.push_back({value.name, *tensor, {}});
      continue;
    }
    kept.push_back(value);
    // Another size than the file's is refused, which must not happen here.
    kept.back().shape.emplace();
    for (int64_t extent : tensor->extents())
      kept.back().shape->push_back({extent, ""});
  }
  if (!input)
    return std::nullopt;
  model.graph.inputs = std::move(kept);
  options.losses = {{output.name, labels ? "" : "mse"}};
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          problem += diagnostic.str() + "\n";
                                        });
  auto module = importOnnx("model", mlir::UnknownLoc::get(&context), "node",
                           std::move(model), options);
  return NodeNetwork{std::move(module), std::move(*wanted), std::move(*input),
                     std::move(labels)};
}

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_IMPORT_NODENETWORKS_H
