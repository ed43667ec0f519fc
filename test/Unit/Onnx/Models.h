//===- Models.h - ONNX models made by tests ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A test builds a message with ONNX's protobuf classes, breaks it where it
// likes, and reads its bytes.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_ONNX_MODELS_H
#define LAYERPIPE_TEST_UNIT_ONNX_MODELS_H

#include "layerpipe/Onnx/Reader.h"

#include <onnx/onnx_pb.h>

namespace layerpipe::onnx::test {

using Names = std::vector<std::string>;

inline ::onnx::NodeProto &addNode(::onnx::ModelProto &model,
                                  const std::string &op, const Names &inputs,
                                  const Names &outputs) {
  ::onnx::NodeProto &node = *model.mutable_graph()->add_node();
  node.set_op_type(op);
  for (const std::string &input : inputs)
    node.add_input(input);
  for (const std::string &output : outputs)
    node.add_output(output);
  return node;
}

inline ::onnx::AttributeProto &addAttribute(::onnx::NodeProto &node,
                                            const std::string &name) {
  ::onnx::AttributeProto &attribute = *node.add_attribute();
  attribute.set_name(name);
  return attribute;
}

inline void addInteger(::onnx::NodeProto &node, const std::string &name,
                       int64_t value) {
  ::onnx::AttributeProto &attribute = addAttribute(node, name);
  attribute.set_type(::onnx::AttributeProto::INT);
  attribute.set_i(value);
}

/// Adds an input of floats with the extents.
inline ::onnx::ValueInfoProto &addInput(::onnx::ModelProto &model,
                                        const std::string &name,
                                        const Extents &extents) {
  ::onnx::ValueInfoProto &input = *model.mutable_graph()->add_input();
  input.set_name(name);
  auto &type = *input.mutable_type()->mutable_tensor_type();
  type.set_elem_type(::onnx::TensorProto::FLOAT);
  type.mutable_shape();
  for (int64_t extent : extents)
    type.mutable_shape()->add_dim()->set_dim_value(extent);
  return input;
}

/// Makes a tensor without elements.
inline void setType(::onnx::TensorProto &tensor, const std::string &name,
                    int32_t type, const Extents &extents) {
  tensor.set_name(name);
  tensor.set_data_type(type);
  tensor.clear_dims();
  for (int64_t extent : extents)
    tensor.add_dims(extent);
}

/// Adds an initializer without elements.
inline ::onnx::TensorProto &addInitializer(::onnx::ModelProto &model,
                                           const std::string &name,
                                           int32_t type,
                                           const Extents &extents) {
  ::onnx::TensorProto &tensor = *model.mutable_graph()->add_initializer();
  setType(tensor, name, type, extents);
  return tensor;
}

inline void addOutput(::onnx::ModelProto &model, const std::string &name) {
  model.mutable_graph()->add_output()->set_name(name);
}

/// Makes a model without a node, whose graph is "g".
inline ::onnx::ModelProto emptyModel(int64_t opset = 17) {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  model.mutable_graph()->set_name("g");
  return model;
}

/// Makes a model of an input x and one node, which makes the output y.
inline ::onnx::ModelProto smallModel(const std::string &op = "Relu",
                                     int64_t opset = 17) {
  ::onnx::ModelProto model = emptyModel(opset);
  addInput(model, "x", {2, 3});
  addNode(model, op, {"x"}, {"y"});
  addOutput(model, "y");
  return model;
}

inline Result<Model> read(const ::onnx::ModelProto &model,
                          const std::string &folder = "") {
  return parseModel(model.SerializeAsString(), "m.onnx", folder);
}

/// Returns the error that reading the model ends with.
inline std::string problemOf(const ::onnx::ModelProto &model,
                             const std::string &folder = "") {
  return read(model, folder).message();
}

/// Makes a tensor of values of the C++ type that its element type has.
template <typename T>
Tensor tensorOf(ElementType element, const Extents &extents,
                const std::vector<T> &values) {
  return {{element, extents},
          std::string(reinterpret_cast<const char *>(values.data()),
                      values.size() * sizeof(T))};
}

inline Tensor floats(const Extents &extents, const std::vector<float> &values) {
  return tensorOf(ElementType::float32, extents, values);
}

inline Tensor integers(const Extents &extents,
                       const std::vector<int64_t> &values) {
  return tensorOf(ElementType::int64, extents, values);
}

} // namespace layerpipe::onnx::test

#endif // LAYERPIPE_TEST_UNIT_ONNX_MODELS_H
