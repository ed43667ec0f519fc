//===- Model.cpp - ONNX models as values ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Onnx/Model.h"

#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <unordered_set>

namespace layerpipe::onnx {

std::string_view kindOf(const AttributeValue &value) {
  constexpr std::string_view kinds[] = {
      "an integer",         "a float",
      "a string",           "a tensor",
      "a list of integers", "a list of floats",
      "a list of strings",  "a list of tensors",
      "a subgraph"};
  if (const auto *other = std::get_if<OtherAttribute>(&value))
    return other->kind;
  return kinds[value.index()];
}

const Attribute *Node::find(std::string_view attribute) const {
  for (const Attribute &candidate : attributes)
    if (candidate.name == attribute)
      return &candidate;
  return nullptr;
}

std::string placeOf(const Node &node) {
  std::string name, domain;
  if (!node.name.empty())
    name = fmt::format(" '{}'", base::printable(node.name));
  if (!node.domain.empty())
    domain = base::printable(node.domain) + ".";
  return fmt::format("node {}{} ({}{})", node.index, name, domain,
                     base::printable(node.op));
}

namespace {

/// Collects the names of values that outputs of a graph depend on.
class Needed {
public:
  explicit Needed(const Graph &graph) {
    for (const ValueInfo &output : graph.outputs)
      names.insert(output.name);
    // A node comes after those that it reads, so one pass finds them all.
    for (size_t i = graph.nodes.size(); i-- > 0;)
      if (has(graph.nodes[i]))
        addOperands(graph.nodes[i]);
  }

  bool has(const std::string &name) const { return names.contains(name); }
  bool has(const Node &node) const {
    for (const std::string &output : node.outputs)
      if (!output.empty() && has(output))
        return true;
    return false;
  }

private:
  void addOperands(const Node &node) {
    names.insert(node.inputs.begin(), node.inputs.end());
    for (const Attribute &attribute : node.attributes)
      if (const auto *graphs = std::get_if<Subgraphs>(&attribute.value))
        names.insert(graphs->captured.begin(), graphs->captured.end());
  }

  std::unordered_set<std::string> names;
};

} // namespace

void dropUnused(Graph &graph) {
  const Needed needed(graph);
  auto isUnused = [&](const auto &named) { return !needed.has(named.name); };
  std::erase_if(graph.nodes,
                [&](const Node &node) { return !needed.has(node); });
  std::erase_if(graph.initializers, isUnused);
  std::erase_if(graph.inputs, isUnused);
  std::erase_if(graph.values, isUnused);
}

} // namespace layerpipe::onnx
