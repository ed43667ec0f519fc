//===- Fold.cpp - Nodes whose operands are constants ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Onnx/Fold.h"

#include "Table.h"

#include <fmt/format.h>

namespace layerpipe::onnx {

static const FoldableOp *opOf(const Node &node) {
  return node.domain.empty() ? findFoldable(node.op) : nullptr;
}

bool isFoldable(const Node &node, const std::vector<Operand> &operands) {
  const FoldableOp *op = opOf(node);
  if (!op)
    return false;
  for (size_t i = 0; i < operands.size() && i < op->values; ++i)
    if (operands[i].type() && !operands[i].tensor())
      return false;
  return true;
}

/// Checks that the node has the operands that its op needs. Returns what is
/// wrong, or "".
static std::string checkOperands(const FoldableOp &op,
                                 const std::vector<Operand> &operands,
                                 int64_t opset) {
  if (opset < op.since)
    return fmt::format("the op exists since version {} of ONNX's operators, "
                       "but the model uses {}",
                       op.since, opset);
  if (operands.size() > op.most)
    return fmt::format("it has {} operands; {} are the most", operands.size(),
                       op.most);
  for (size_t i = 0; i < op.least; ++i)
    if (i >= operands.size() || !operands[i].type())
      return fmt::format("operand {} is missing", i);
  for (size_t i = 0; i < operands.size() && i < op.values; ++i)
    if (operands[i].type() && !operands[i].tensor())
      return fmt::format("operand {} is no constant", i);
  return "";
}

Result<std::vector<Tensor>> fold(const Node &node,
                                 const std::vector<Operand> &operands,
                                 int64_t opset, int64_t mostBytes) {
  const FoldableOp *op = opOf(node);
  if (!op)
    return Error{fmt::format("{}: the op can't be folded", placeOf(node))};
  Folding folding(node, operands, opset, mostBytes);
  if (std::string wrong = checkOperands(*op, operands, opset); !wrong.empty())
    folding.fail(wrong);
  else
    op->fold(folding);
  return folding.finish();
}

namespace {

/// Folds the nodes of a model one after the other.
class Folder {
public:
  Folder(const Model &model,
         const std::function<bool(const Initializer &)> &isConstant,
         int64_t mostBytes)
      : model(model), mostBytes(mostBytes) {
    for (const Initializer &initializer : model.graph.initializers)
      if (isConstant(initializer))
        initializers.emplace(initializer.name, &initializer.tensor);
  }

  Result<Constants> fold();

private:
  const Tensor *find(const std::string &name) const;
  std::optional<std::vector<Operand>> operandsOf(const Node &node) const;
  Result<void> foldNode(const Node &node, const std::vector<Operand> &operands);

  const Model &model;
  int64_t mostBytes;
  int64_t bytes = 0; ///< of all that was folded
  std::unordered_map<std::string_view, const Tensor *> initializers;
  Constants folded;
};

const Tensor *Folder::find(const std::string &name) const {
  auto initializer = initializers.find(name);
  if (initializer != initializers.end())
    return initializer->second;
  auto found = folded.find(name);
  return found == folded.end() ? nullptr : &found->second;
}

/// Returns the operands of a node if all of them are constants.
std::optional<std::vector<Operand>> Folder::operandsOf(const Node &node) const {
  std::vector<Operand> operands;
  for (const std::string &input : node.inputs) {
    if (input.empty()) {
      operands.emplace_back();
      continue;
    }
    const Tensor *tensor = find(input);
    if (!tensor)
      return std::nullopt;
    operands.emplace_back(*tensor);
  }
  return operands;
}

Result<void> Folder::foldNode(const Node &node,
                              const std::vector<Operand> &operands) {
  Result<std::vector<Tensor>> results =
      onnx::fold(node, operands, model.opset(), mostBytes);
  if (!results)
    return results.error();
  for (size_t i = 0; i < std::min(results->size(), node.outputs.size()); ++i) {
    if (node.outputs[i].empty())
      continue;
    bytes += static_cast<int64_t>((*results)[i].bytes().size());
    folded.emplace(node.outputs[i], std::move((*results)[i]));
  }
  if (bytes > mostBytes)
    return Error{fmt::format("{}: the constants that nodes make take more than "
                             "{} bytes together",
                             placeOf(node), mostBytes)};
  return {};
}

Result<Constants> Folder::fold() {
  for (const Node &node : model.graph.nodes) {
    if (!opOf(node))
      continue;
    std::optional<std::vector<Operand>> operands = operandsOf(node);
    if (!operands || !isFoldable(node, *operands))
      continue;
    if (Result<void> done = foldNode(node, *operands); !done)
      return done;
  }
  return std::move(folded);
}

} // namespace

Result<Constants>
foldConstants(const Model &model,
              const std::function<bool(const Initializer &)> &isConstant,
              int64_t mostBytes) {
  return Folder(model, isConstant, mostBytes).fold();
}

} // namespace layerpipe::onnx
