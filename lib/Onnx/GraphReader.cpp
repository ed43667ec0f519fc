//===- GraphReader.cpp - Graphs out of protobuf messages ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphReader.h"

#include "MetadataReader.h"
#include "NodeReader.h"
#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <unordered_set>

namespace layerpipe::onnx {

namespace {

using proto::TypeProto;

std::string quoted(const std::string &kind, const std::string &name) {
  return fmt::format("{} '{}'", kind, base::printable(name));
}

Result<Dimension> readDimension(const proto::TensorShapeProto::Dimension &from,
                                int index, const std::string &what) {
  Dimension dimension;
  if (from.has_dim_value()) {
    if (from.dim_value() < 0)
      return Error{fmt::format("{}: dimension {} is {}; it must be 0 or more, "
                               "or have a name",
                               what, index, from.dim_value())};
    dimension.extent = from.dim_value();
  } else {
    dimension.symbol = from.dim_param();
  }
  return dimension;
}

/// Reads what is known of a value. A type that is no tensor, or has elements
/// that are not supported, is read as unknown.
Result<ValueInfo> readValue(const proto::ValueInfoProto &message,
                            const std::string &what) {
  ValueInfo value;
  value.name = message.name();
  value.metadata = readMetadata(message);
  if (!message.type().has_tensor_type())
    return value;
  const TypeProto::Tensor &type = message.type().tensor_type();
  if (Result<ElementType> element = elementTypeOf(type.elem_type()))
    value.element = *element;
  if (!type.has_shape())
    return value;
  if (size_t(type.shape().dim_size()) > mostDimensions)
    return Error{fmt::format("{} has {} dimensions; {} are the most", what,
                             type.shape().dim_size(), mostDimensions)};
  value.shape.emplace();
  for (int i = 0; i < type.shape().dim_size(); ++i) {
    Result<Dimension> dimension = readDimension(type.shape().dim(i), i, what);
    if (!dimension)
      return dimension.error();
    value.shape->push_back(std::move(*dimension));
  }
  return value;
}

/// Checks that an input is a tensor of a supported type.
Result<void> checkInput(const proto::ValueInfoProto &message,
                        const std::string &what) {
  if (message.name().empty())
    return Error{"an input of the graph has no name"};
  switch (message.type().value_case()) {
  case TypeProto::kTensorType:
    break;
  case TypeProto::kSequenceType:
    return Error{what + " is a sequence; only tensors are supported"};
  case TypeProto::kMapType:
    return Error{what + " is a map; only tensors are supported"};
  case TypeProto::kOptionalType:
    return Error{what + " is optional; only tensors are supported"};
  case TypeProto::kSparseTensorType:
    return Error{what + " is sparse; only dense tensors are supported"};
  case TypeProto::kOpaqueType:
    return Error{what + " is of an opaque type; only tensors are supported"};
  case TypeProto::VALUE_NOT_SET:
    return Error{what + " has no type"};
  }
  Result<ElementType> element =
      elementTypeOf(message.type().tensor_type().elem_type());
  if (!element)
    return Error{fmt::format("{}: {}", what, element.message())};
  return {};
}

class GraphReader {
public:
  GraphReader(proto::GraphProto &message, TensorReader &tensors)
      : message(message), tensors(tensors) {}
  Result<Graph> read();

private:
  Result<void> takeInitializers();
  Result<void> readInputs();
  Result<void> readValues();
  Result<void> takeNodes();

  proto::GraphProto &message;
  TensorReader &tensors;
  std::unordered_set<std::string> initializers;
  Graph graph;
};

Result<void> GraphReader::takeInitializers() {
  for (const proto::SparseTensorProto &sparse : message.sparse_initializer())
    return Error{quoted("initializer", sparse.values().name()) +
                 " is sparse; only dense ones are supported"};
  for (proto::TensorProto &tensor : *message.mutable_initializer()) {
    if (tensor.name().empty())
      return Error{"an initializer has no name"};
    initializers.insert(tensor.name());
    Result<Tensor> taken =
        tensors.take(tensor, quoted("initializer", tensor.name()));
    if (!taken)
      return taken.error();
    graph.initializers.push_back(
        {tensor.name(), std::move(*taken), readMetadata(tensor)});
  }
  return {};
}

/// Reads the inputs. Files of old versions list initializers among them.
Result<void> GraphReader::readInputs() {
  for (const proto::ValueInfoProto &input : message.input()) {
    const std::string what = quoted("input", input.name());
    bool isInitializer = initializers.contains(input.name());
    if (!isInitializer)
      if (Result<void> checked = checkInput(input, what); !checked)
        return checked;
    Result<ValueInfo> value = readValue(input, what);
    if (!value)
      return value.error();
    (isInitializer ? graph.values : graph.inputs).push_back(std::move(*value));
  }
  return {};
}

Result<void> GraphReader::readValues() {
  for (const proto::ValueInfoProto &output : message.output()) {
    Result<ValueInfo> value =
        readValue(output, quoted("output", output.name()));
    if (!value)
      return value.error();
    graph.outputs.push_back(std::move(*value));
  }
  for (const proto::ValueInfoProto &info : message.value_info()) {
    Result<ValueInfo> value = readValue(info, quoted("value", info.name()));
    if (!value)
      return value.error();
    graph.values.push_back(std::move(*value));
  }
  return {};
}

Result<void> GraphReader::takeNodes() {
  for (proto::NodeProto &node : *message.mutable_node()) {
    Result<Node> taken = takeNode(node, graph.nodes.size(), tensors);
    if (!taken)
      return taken.error();
    graph.nodes.push_back(std::move(*taken));
  }
  return {};
}

Result<Graph> GraphReader::read() {
  graph.name = message.name();
  graph.metadata = readMetadata(message);
  for (auto step : {&GraphReader::takeInitializers, &GraphReader::readInputs,
                    &GraphReader::readValues, &GraphReader::takeNodes})
    if (Result<void> done = (this->*step)(); !done)
      return done;
  return std::move(graph);
}

} // namespace

Result<Graph> takeGraph(proto::GraphProto &message, TensorReader &tensors) {
  return GraphReader(message, tensors).read();
}

} // namespace layerpipe::onnx
