//===- Model.h - ONNX models as values --------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model has a graph; its nodes compute values from values, which have names.
// A value is an input of the graph, an initializer, which is a tensor in the
// file, or an output of one node.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ONNX_MODEL_H
#define LAYERPIPE_ONNX_MODEL_H

#include "layerpipe/Onnx/Tensor.h"

#include <map>
#include <variant>

namespace layerpipe::onnx {

/// Maps keys to values that exporters leave beside a model, a graph, a node or
/// a value.
using Metadata = std::map<std::string, std::string>;

/// A dimension has a number, or a name, which stands for the same number
/// wherever it occurs, or neither.
struct Dimension {
  std::optional<int64_t> extent;
  std::string symbol;
};

/// Tells what a file says of a value. An input of the graph has an element type
/// at least; other values may have neither type nor shape.
struct ValueInfo {
  std::string name;
  std::optional<ElementType> element;
  /// Without a shape, even the number of dimensions is unknown.
  std::optional<std::vector<Dimension>> shape;
  Metadata metadata;
};

/// Stands for an attribute that holds graphs.
struct Subgraphs {
  /// These values of the graph around them are read inside.
  std::vector<std::string> captured;
};

/// Stands for an attribute of a kind that is not read, such as "sparse tensor".
struct OtherAttribute {
  std::string kind;
};

using AttributeValue =
    std::variant<int64_t, float, std::string, Tensor, std::vector<int64_t>,
                 std::vector<float>, std::vector<std::string>,
                 std::vector<Tensor>, Subgraphs, OtherAttribute>;

/// Says what kind of value it is: "an integer", "a list of floats".
std::string_view kindOf(const AttributeValue &value);

struct Attribute {
  std::string name;
  AttributeValue value;
};

struct Node {
  /// This is the node's place in the file, counted from 0.
  size_t index = 0;
  std::string name;
  /// The default domain is "", also where the file says "ai.onnx".
  std::string domain;
  std::string op;
  /// An absent input or output has the name "".
  std::vector<std::string> inputs, outputs;
  std::vector<Attribute> attributes;
  Metadata metadata;

  /// Returns the attribute of that name, or null.
  const Attribute *find(std::string_view attribute) const;
  /// Returns the attribute's value if it is of that type, or null.
  template <typename T> const T *get(std::string_view attribute) const {
    const Attribute *found = find(attribute);
    return found ? std::get_if<T>(&found->value) : nullptr;
  }
};

/// Writes where a node is, for messages: "node 3 'fc1' (Gemm)".
std::string placeOf(const Node &node);

struct Initializer {
  std::string name;
  Tensor tensor;
  Metadata metadata;
};

struct Graph {
  std::string name;
  /// An initializer that the file lists among the inputs is not one of these.
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;
  /// What the file says of other values, initializers among them.
  std::vector<ValueInfo> values;
  std::vector<Initializer> initializers;
  /// A node comes after those whose outputs it reads.
  std::vector<Node> nodes;
  Metadata metadata;
};

struct Model {
  int64_t irVersion = 0;
  std::string producer, producerVersion;
  /// Maps the domains of operators to their versions. The default domain is "".
  std::map<std::string, int64_t> opsets;
  Graph graph;
  Metadata metadata;

  /// Returns the version of the default domain's operators, which every model
  /// that was read has.
  int64_t opset() const {
    auto found = opsets.find("");
    return found == opsets.end() ? 0 : found->second;
  }
};

/// Removes what no output of the graph depends on: nodes first, then
/// initializers, inputs and what the file says of such values.
void dropUnused(Graph &graph);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_ONNX_MODEL_H
