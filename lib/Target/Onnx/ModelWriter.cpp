//===- ModelWriter.cpp - An ONNX model while it is written ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelWriter.h"

#include "layerpipe/Base/Version.h"

using namespace mlir;

namespace layerpipe::target {

NodeAttribute::NodeAttribute(std::string name, int64_t value) {
  proto.set_name(std::move(name));
  proto.set_type(::onnx::AttributeProto::INT);
  proto.set_i(value);
}

NodeAttribute::NodeAttribute(std::string name, double value) {
  proto.set_name(std::move(name));
  proto.set_type(::onnx::AttributeProto::FLOAT);
  proto.set_f(float(value));
}

NodeAttribute::NodeAttribute(std::string name, ArrayRef<int64_t> values) {
  proto.set_name(std::move(name));
  proto.set_type(::onnx::AttributeProto::INTS);
  for (int64_t value : values)
    proto.add_ints(value);
}

ModelWriter::ModelWriter() {
  // Version 8 of the format came with version 17 of the operators.
  model.set_ir_version(8);
  model.set_producer_name("layerpipe");
  model.set_producer_version(std::string(base::version()));
  auto &opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(17);
}

std::string ModelWriter::fresh(const std::string &stem) {
  std::string name;
  do
    name = stem + "_" + std::to_string(counts[stem]++);
  while (!take(name));
  return name;
}

std::string ModelWriter::add(const char *op, const Names &inputs,
                             ArrayRef<NodeAttribute> attributes) {
  std::string name = fresh(op);
  ::onnx::NodeProto &node = *graph().add_node();
  node.set_name(name);
  node.set_op_type(op);
  for (const std::string &input : inputs)
    node.add_input(input);
  node.add_output(name);
  for (const NodeAttribute &attribute : attributes)
    *node.add_attribute() = attribute.proto;
  return name;
}

std::string ModelWriter::constant(double value) {
  std::string name = fresh("number");
  ::onnx::TensorProto &tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::FLOAT);
  tensor.add_float_data(float(value));
  return name;
}

std::string ModelWriter::constant(ArrayRef<int64_t> values) {
  std::string name = fresh("list");
  ::onnx::TensorProto &tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::INT64);
  tensor.add_dims(int64_t(values.size()));
  for (int64_t value : values)
    tensor.add_int64_data(value);
  return name;
}

std::string ModelWriter::vector(int64_t count, double value) {
  std::string name = fresh("vector");
  ::onnx::TensorProto &tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::FLOAT);
  tensor.add_dims(count);
  for (int64_t i = 0; i < count; ++i)
    tensor.add_float_data(float(value));
  return name;
}

static void describe(::onnx::ValueInfoProto &info, const std::string &name,
                     Type type) {
  info.set_name(name);
  auto &tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(::onnx::TensorProto::FLOAT);
  tensor.mutable_shape();
  for (int64_t extent : cast<RankedTensorType>(type).getShape())
    tensor.mutable_shape()->add_dim()->set_dim_value(extent);
}

void ModelWriter::addInput(const std::string &name, Type type) {
  describe(*graph().add_input(), name, type);
}

void ModelWriter::addOutput(const std::string &name, Type type) {
  describe(*graph().add_output(), name, type);
}

void ModelWriter::addInitializer(const std::string &name, Type type,
                                 ArrayRef<float> elements) {
  ::onnx::TensorProto &tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::FLOAT);
  for (int64_t extent : cast<RankedTensorType>(type).getShape())
    tensor.add_dims(extent);
  tensor.set_raw_data(elements.data(), elements.size() * sizeof(float));
}

} // namespace layerpipe::target
