//===- NodeTranslation.h - One node while it is translated ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A translator of an op reads the node's operands and attributes, and creates
// ops. Only the first failure counts: after it operands and new ops are null,
// and ops of null operands are null, too, so that a translator need not ask
// after each step.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_IMPORT_ONNX_NODETRANSLATION_H
#define LAYERPIPE_LIB_IMPORT_ONNX_NODETRANSLATION_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Translation.h"
#include "mlir/IR/Verifier.h"

namespace layerpipe::onnx {

using Integers = std::vector<int64_t>;

class NodeTranslation {
public:
  NodeTranslation(Translation &graph, const Node &node);

  const Node &node;
  Translation &graph;
  int64_t opset() const { return graph.opset(); }

  /// Returns whether the operand is there.
  bool has(size_t index) const {
    return index < node.inputs.size() && !node.inputs[index].empty();
  }
  size_t operandCount() const { return node.inputs.size(); }
  /// Returns what the operand stands for, which is nothing if it is missing.
  const Imported &operand(size_t index) const {
    static const Imported missing;
    return has(index) ? graph.find(node.inputs[index]) : missing;
  }
  /// Returns the operand as an f32 tensor, which a constant becomes. Null if it
  /// is missing or of integers.
  mlir::Value tensor(size_t index) { return tensor(index, Role()); }
  /// Returns the operand as it is if it holds classes, and otherwise as a
  /// tensor: for ops that keep every element.
  mlir::Value elements(size_t index);
  /// Returns the operand as a parameter that the op computes with, which may
  /// be a constant in the file.
  mlir::Value parameter(size_t index, Role role);
  /// Returns the operand as a tensor that is never trained.
  mlir::Value detached(size_t index);
  /// Returns the operand as a parameter that holds a running statistic of this
  /// node alone.
  mlir::Value statistic(size_t index, Role role);
  /// Returns the operand's extents; none if it is missing.
  Extents extents(size_t index);

  /// Returns the elements of a constant, or of an initializer. Without the
  /// operand there are none; one that ops compute is a failure.
  std::optional<Integers> integers(size_t index);
  std::optional<double> number(size_t index);
  std::optional<std::vector<double>> numbers(size_t index);
  /// Returns the number that all elements of a constant are equal to.
  std::optional<double> splat(size_t index);

  /// Returns an attribute; one of another kind is a failure.
  int64_t integer(std::string_view name, int64_t fallback) {
    const auto *value = attribute<int64_t>(name);
    return value ? *value : fallback;
  }
  double number(std::string_view name, double fallback) {
    const auto *value = attribute<float>(name);
    return value ? roundTrip(*value) : fallback;
  }
  std::string text(std::string_view name, std::string fallback) {
    const auto *value = attribute<std::string>(name);
    return value ? *value : fallback;
  }
  std::optional<Integers> integers(std::string_view name) {
    const auto *value = attribute<Integers>(name);
    return value ? std::optional(*value) : std::nullopt;
  }
  /// Returns the integers of an operand, if the operators have at least the
  /// version `since`, and otherwise those of an attribute.
  std::optional<Integers>
  operandOrAttribute(size_t index, std::string_view name, int64_t since) {
    return opset() >= since ? integers(index) : integers(name);
  }
  /// Returns the axis counted from 0.
  int64_t axis(int64_t axis, size_t rank);
  /// Returns the axes counted from 0 in ascending order.
  Integers axes(const Integers &listed, size_t rank);

  mlir::NamedAttribute attr(mlir::StringRef name, int64_t value) {
    return {builder.getStringAttr(name), builder.getI64IntegerAttr(value)};
  }
  mlir::NamedAttribute attr(mlir::StringRef name, double value) {
    return {builder.getStringAttr(name), builder.getF64FloatAttr(value)};
  }
  mlir::NamedAttribute flag(mlir::StringRef name) {
    return {builder.getStringAttr(name), builder.getUnitAttr()};
  }
  mlir::NamedAttribute attr(mlir::StringRef name, const Integers &values) {
    return {builder.getStringAttr(name), builder.getDenseI64ArrayAttr(values)};
  }

  /// Creates an op with one result. Its type follows from the operands; where
  /// it can't, it is that of the first one, or has the given extents.
  template <typename OpTy>
  mlir::Value create(mlir::ArrayRef<mlir::Value> operands,
                     mlir::ArrayRef<mlir::NamedAttribute> attributes = {},
                     std::optional<Extents> extents = std::nullopt);
  /// Returns a matrix of numbers that follow from the node. It is named after
  /// the node's first output, and never trained.
  mlir::Value matrix(const std::string &name, const std::vector<float> &numbers,
                     const Extents &extents);
  /// Returns the value in another shape.
  mlir::Value reshape(mlir::Value value, const Extents &extents);
  /// Returns a value of one dimension as one of `rank` dimensions, which lies
  /// along dimension `at`.
  mlir::Value alongDimension(mlir::Value value, int64_t at, size_t rank);

  /// Defines the next output.
  void yield(mlir::Value value);
  void yieldSame(const Imported &imported);

  void fail(const std::string &what);
  bool failed() const { return failureText.has_value(); }
  /// Returns whether nothing failed.
  bool finish() const { return !failed(); }
  const std::string &failure() const { return *failureText; }

  mlir::OpBuilder &builder;
  const mlir::Location loc;

private:
  template <typename T> const T *attribute(std::string_view name) {
    const Attribute *found = node.find(name);
    if (found && !std::get_if<T>(&found->value))
      fail("the attribute '" + found->name + "' is " +
           std::string(kindOf(found->value)));
    return found ? std::get_if<T>(&found->value) : nullptr;
  }
  static double roundTrip(float value);
  mlir::Value tensor(size_t index, Role role);
  std::optional<Tensor> constant(size_t index);
  /// Verifies a new op and returns its result; one that breaks a rule fails and
  /// is removed.
  mlir::Value check(mlir::Operation *op);
  void failWith(llvm::function_ref<mlir::LogicalResult()> action);

  size_t yielded = 0;
  std::optional<std::string> failureText;
};

template <typename OpTy>
mlir::Value
NodeTranslation::create(mlir::ArrayRef<mlir::Value> operands,
                        mlir::ArrayRef<mlir::NamedAttribute> attributes,
                        std::optional<Extents> extents) {
  if (failed() || llvm::is_contained(operands, mlir::Value()))
    return {};
  llvm::SmallVector<mlir::Type> types;
  if constexpr (OpTy::template hasTrait<mlir::InferTypeOpInterface::Trait>()) {
    failWith([&] {
      auto dictionary = builder.getDictionaryAttr(attributes);
      typename OpTy::Properties properties{};
      if constexpr (!std::is_same_v<typename OpTy::Properties,
                                    mlir::EmptyProperties>)
        if (mlir::failed(OpTy::setPropertiesFromAttr(
                properties, dictionary, [&] { return mlir::emitError(loc); })))
          return mlir::failure();
      return OpTy::inferReturnTypes(builder.getContext(), loc, operands,
                                    dictionary, &properties, {}, types);
    });
    if (failed())
      return {};
  } else {
    auto type = llvm::cast<mlir::RankedTensorType>(operands.front().getType());
    types.push_back(extents ? type.clone(*extents) : type);
  }
  return check(OpTy::create(builder, loc, mlir::TypeRange(types),
                            mlir::ValueRange(operands), attributes));
}

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_NODETRANSLATION_H
