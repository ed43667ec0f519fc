//===- ModelWriter.h - An ONNX model while it is written --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TARGET_ONNX_MODELWRITER_H
#define LAYERPIPE_LIB_TARGET_ONNX_MODELWRITER_H

#include "Layerpipe/IR/LayerpipeOps.h"

#include <onnx/onnx_pb.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace layerpipe::target {

using Names = std::vector<std::string>;

/// An attribute of a node: its name and its value.
struct NodeAttribute {
  NodeAttribute(std::string name, int64_t value);
  NodeAttribute(std::string name, double value);
  NodeAttribute(std::string name, llvm::ArrayRef<int64_t> values);

  ::onnx::AttributeProto proto;
};

class ModelWriter {
public:
  ModelWriter();

  /// Gives a value of the graph a name.
  void define(mlir::Value value, std::string name) {
    names[value] = std::move(name);
  }
  const std::string &nameOf(mlir::Value value) const {
    return names.find(value)->second;
  }

  /// Adds a node of one output and returns the output's name.
  std::string add(const char *op, const Names &inputs,
                  llvm::ArrayRef<NodeAttribute> attributes = {});
  /// Adds a constant and returns its name.
  std::string constant(double value);
  std::string constant(llvm::ArrayRef<int64_t> values);
  /// Adds a vector of so many equal numbers and returns its name.
  std::string vector(int64_t count, double value);

  /// Adds an input or an output of the graph.
  void addInput(const std::string &name, mlir::Type type);
  void addOutput(const std::string &name, mlir::Type type);
  void addInitializer(const std::string &name, mlir::Type type,
                      llvm::ArrayRef<float> elements);

  /// Returns the name, which no other value may have.
  bool take(const std::string &name) { return taken.insert(name).second; }
  ::onnx::ModelProto &proto() { return model; }

private:
  std::string fresh(const std::string &stem);
  ::onnx::GraphProto &graph() { return *model.mutable_graph(); }

  ::onnx::ModelProto model;
  llvm::DenseMap<mlir::Value, std::string> names;
  std::set<std::string> taken;
  std::map<std::string, int64_t> counts;
};

} // namespace layerpipe::target

#endif // LAYERPIPE_LIB_TARGET_ONNX_MODELWRITER_H
