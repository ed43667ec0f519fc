//===- NodeReader.cpp - Nodes out of protobuf messages --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeReader.h"

#include "MetadataReader.h"
#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <set>
#include <unordered_set>

namespace layerpipe::onnx {

namespace {

using proto::AttributeProto;

/// Adds the names that a graph reads and does not define itself. The protobuf
/// parser limits how deep graphs lie in each other.
void addCaptured(const proto::GraphProto &graph,
                 std::set<std::string> &captured) {
  std::unordered_set<std::string> defined = {""};
  for (const auto &input : graph.input())
    defined.insert(input.name());
  for (const auto &initializer : graph.initializer())
    defined.insert(initializer.name());
  for (const auto &initializer : graph.sparse_initializer())
    defined.insert(initializer.values().name());
  std::set<std::string> read;
  for (const proto::NodeProto &node : graph.node()) {
    defined.insert(node.output().begin(), node.output().end());
    read.insert(node.input().begin(), node.input().end());
    for (const AttributeProto &attribute : node.attribute()) {
      if (attribute.has_g())
        addCaptured(attribute.g(), read);
      for (const proto::GraphProto &inner : attribute.graphs())
        addCaptured(inner, read);
    }
  }
  for (const auto &output : graph.output())
    read.insert(output.name());
  for (const std::string &name : read)
    if (!defined.contains(name))
      captured.insert(name);
}

AttributeValue subgraphsOf(const AttributeProto &message) {
  std::set<std::string> captured;
  if (message.has_g())
    addCaptured(message.g(), captured);
  for (const proto::GraphProto &graph : message.graphs())
    addCaptured(graph, captured);
  return Subgraphs{{captured.begin(), captured.end()}};
}

template <typename List> auto copyOf(const List &list) {
  return std::vector<typename List::value_type>(list.begin(), list.end());
}

Result<AttributeValue> takeTensors(AttributeProto &message,
                                   TensorReader &tensors,
                                   const std::string &what) {
  std::vector<Tensor> taken;
  for (proto::TensorProto &tensor : *message.mutable_tensors()) {
    Result<Tensor> one = tensors.take(tensor, what);
    if (!one)
      return one.error();
    taken.push_back(std::move(*one));
  }
  return AttributeValue(std::move(taken));
}

/// Takes an attribute's value. `what` names the attribute in errors.
Result<AttributeValue> takeValue(AttributeProto &message, TensorReader &tensors,
                                 const std::string &what) {
  switch (message.type()) {
  case AttributeProto::INT:
    return AttributeValue(message.i());
  case AttributeProto::FLOAT:
    return AttributeValue(message.f());
  case AttributeProto::STRING:
    return AttributeValue(message.s());
  case AttributeProto::TENSOR: {
    Result<Tensor> taken = tensors.take(*message.mutable_t(), what);
    if (!taken)
      return taken.error();
    return AttributeValue(std::move(*taken));
  }
  case AttributeProto::INTS:
    return AttributeValue(copyOf(message.ints()));
  case AttributeProto::FLOATS:
    return AttributeValue(copyOf(message.floats()));
  case AttributeProto::STRINGS:
    return AttributeValue(copyOf(message.strings()));
  case AttributeProto::TENSORS:
    return takeTensors(message, tensors, what);
  case AttributeProto::GRAPH:
  case AttributeProto::GRAPHS:
    return subgraphsOf(message);
  case AttributeProto::SPARSE_TENSOR:
    return AttributeValue(OtherAttribute{"a sparse tensor"});
  case AttributeProto::SPARSE_TENSORS:
    return AttributeValue(OtherAttribute{"a list of sparse tensors"});
  case AttributeProto::TYPE_PROTO:
    return AttributeValue(OtherAttribute{"a type"});
  case AttributeProto::TYPE_PROTOS:
    return AttributeValue(OtherAttribute{"a list of types"});
  case AttributeProto::UNDEFINED:
    break;
  }
  return Error{what + ": it doesn't say of which type it is"};
}

} // namespace

Result<Node> takeNode(proto::NodeProto &message, size_t index,
                      TensorReader &tensors) {
  Node node;
  node.index = index;
  node.name = message.name();
  node.domain = message.domain() == "ai.onnx" ? "" : message.domain();
  node.op = message.op_type();
  node.inputs = copyOf(message.input());
  node.outputs = copyOf(message.output());
  node.metadata = readMetadata(message);
  const std::string place = placeOf(node);
  if (node.op.empty())
    return Error{place + ": it doesn't say what it computes"};
  std::unordered_set<std::string> names;
  for (AttributeProto &attribute : *message.mutable_attribute()) {
    std::string what = fmt::format("{}: attribute '{}'", place,
                                   base::printable(attribute.name()));
    if (!names.insert(attribute.name()).second)
      return Error{what + " is given twice"};
    if (!attribute.ref_attr_name().empty())
      return Error{what + " refers to one of a function, but is in none"};
    Result<AttributeValue> value = takeValue(attribute, tensors, what);
    if (!value)
      return value.error();
    node.attributes.push_back({attribute.name(), std::move(*value)});
  }
  return node;
}

} // namespace layerpipe::onnx
