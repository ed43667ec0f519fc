//===- Translation.cpp - A graph while it is translated -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Translation.h"

#include "NodeTranslation.h"
#include "Ops.h"
#include "layerpipe/Onnx/Fold.h"

#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx {

Translation::Translation(const Model &model, const Parameters &parameters,
                         const OnnxOptions &options, OpBuilder builder)
    : model(model), parameters(parameters), options(options), builder(builder) {
  for (const Initializer &initializer : model.graph.initializers)
    values[initializer.name] = {
        parameters.isParameter(initializer) ? initializer.name : std::string(),
        initializer.tensor};
  for (const Node &node : model.graph.nodes)
    for (const std::string &input : node.inputs)
      ++readers[input];
  for (const ValueInfo &output : model.graph.outputs)
    ++readers[output.name];
}

int64_t Translation::countReaders(const std::string &name) const {
  auto found = readers.find(name);
  return found == readers.end() ? 0 : found->second;
}

TensorType typeOf(const Imported &imported) {
  if (imported.tensor)
    return imported.tensor->type();
  if (imported.draw)
    return {ElementType::float32, imported.draw->extents};
  auto type = cast<RankedTensorType>(imported.value.getType());
  return {type.getElementType().isF32() ? ElementType::float32
                                        : ElementType::int32,
          Extents(type.getShape())};
}

void Translation::takeAsParameter(Imported &constant, const std::string &name) {
  if (constant.isConstant() && !constant.value && parameters.takesConstants())
    constant.parameter = name;
}

Result<Value> Translation::materialize(Imported &imported,
                                       const std::string &name, Role role) {
  if (imported.value)
    return imported.value;
  const bool isTrained = !imported.parameter.empty();
  const std::string &own = isTrained ? imported.parameter : name;
  // Other names of the parameter find the value that is there.
  Imported &owner = isTrained ? values[own] : imported;
  if (!owner.value) {
    Result<Value> made =
        parameters.create(builder, NameLoc::get(builder.getStringAttr(own)),
                          own, *imported.tensor, isTrained, role);
    if (!made)
      return made.error();
    owner = {imported.parameter, imported.tensor, *made};
  }
  imported.value = owner.value;
  return imported.value;
}

bool Translation::hasUnbiasedRunningVariance() const {
  if (options.runningVariance == RunningVariance::automatic)
    return model.producer == "pytorch";
  return options.runningVariance == RunningVariance::unbiased;
}

void Translation::refuse(const Node &node, const std::string &why) {
  refused.push_back(fmt::format("{}: {}", placeOf(node), why));
}

/// Folds the node if all that it needs is constant.
bool Translation::fold(const Node &node) {
  std::vector<TensorType> types(node.inputs.size());
  std::vector<Operand> operands(node.inputs.size());
  for (size_t i = 0; i < operands.size(); ++i) {
    if (node.inputs[i].empty())
      continue;
    const Imported &operand = values[node.inputs[i]];
    if (operand.isConstant()) {
      operands[i] = Operand(*operand.tensor);
      continue;
    }
    types[i] = typeOf(operand);
    operands[i] = Operand(types[i]);
  }
  if (!isFoldable(node, operands))
    return false;
  Result<std::vector<Tensor>> folded = onnx::fold(node, operands, opset());
  if (!folded) {
    refused.push_back(folded.message());
    return true;
  }
  for (auto [name, tensor] : llvm::zip(node.outputs, *folded))
    if (!name.empty())
      values[name] = {{}, std::move(tensor)};
  return true;
}

void Translation::translate(const Node &node) {
  // What follows from a node that was refused says nothing new.
  bool isKnown = llvm::all_of(node.inputs, [&](const std::string &name) {
    return name.empty() || !values[name].isUnknown();
  });
  if (isKnown && fold(node))
    return;
  const NodeOp *op = node.domain.empty() ? findNodeOp(node.op) : nullptr;
  if (!op && !isKnown && isFoldable(node, {}))
    return;
  if (!op) {
    std::string domain = node.domain.empty() ? "" : node.domain + ".";
    refuse(node, fmt::format("the op {}{} is not supported", domain, node.op));
    return;
  }
  if (!isKnown)
    return;
  NodeTranslation translation(*this, node);
  op->translate(translation);
  if (!translation.finish())
    refuse(node, translation.failure());
}

} // namespace layerpipe::onnx
