//===- Folding.h - One node while it is folded ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function that folds nodes of one op gets a `Folding`. It asks this for
// operands and attributes, and gives it the results or the reason why there are
// none. After a failure it may go on or return; nothing that it yields then is
// used.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_FOLD_FOLDING_H
#define LAYERPIPE_LIB_ONNX_FOLD_FOLDING_H

#include "../Elements.h"
#include "layerpipe/Onnx/Fold.h"

namespace layerpipe::onnx {

class Folding {
public:
  Folding(const Node &node, const std::vector<Operand> &operands, int64_t opset,
          int64_t mostBytes)
      : node(node), opset(opset), operands(operands), mostBytes(mostBytes) {}

  const Node &node;
  const int64_t opset;

  size_t operandCount() const { return operands.size(); }
  /// Returns true if the operand is there, which is sure for those that the
  /// table of ops demands.
  bool has(size_t index) const {
    return index < operands.size() && operands[index].type();
  }
  /// Return an operand that is there.
  const TensorType &type(size_t index) const { return *operands[index].type(); }
  const Tensor &tensor(size_t index) const { return *operands[index].tensor(); }

  /// Returns the attribute's value, or null if there is no such attribute. One
  /// of another kind is a failure.
  template <typename T> const T *attribute(std::string_view name) {
    const Attribute *found = node.find(name);
    if (found && !std::get_if<T>(&found->value))
      failOnKind(*found, wantedKind<T>());
    return found ? std::get_if<T>(&found->value) : nullptr;
  }
  int64_t integer(std::string_view name, int64_t fallback) {
    const auto *value = attribute<int64_t>(name);
    return value ? *value : fallback;
  }

  /// Returns the integers of an operand that is a list of them, or a single
  /// one. Another operand is a failure.
  std::optional<std::vector<int64_t>> integersOf(size_t operand);
  /// Returns the integer that an operand of one element holds.
  std::optional<int64_t> integerOf(size_t operand);
  /// Returns the integers of an operand, if the operators have at least the
  /// version `since`, and otherwise those of an attribute. There may be none.
  std::optional<std::vector<int64_t>>
  operandOrAttribute(size_t operand, std::string_view name, int64_t since);

  /// Returns the axis counted from 0; a negative one counts from the end. One
  /// that is not below `rank` is a failure.
  std::optional<int64_t> axisOf(int64_t axis, int64_t rank);
  /// Returns for each of `rank` axes whether it is listed, which it may be
  /// once.
  std::optional<std::vector<bool>> axesOf(const std::vector<int64_t> &axes,
                                          int64_t rank);
  /// Fails if one of the operands from `first` on has another element type than
  /// the first of them.
  bool haveOneType(size_t first = 0);

  /// Calls `function.operator()<T>()` for a type of numbers; bool is a failure.
  template <typename F> void withNumbers(ElementType element, F &&function) {
    dispatch(element, [&]<typename T>() {
      if constexpr (std::is_same_v<T, bool>)
        fail("it computes with numbers, but the operands are bool");
      else
        function.template operator()<T>();
    });
  }

  /// Fails if a result of that type would be too large.
  bool fits(const TensorType &type);
  /// Returns bytes for a tensor, all of them 0. Too many are a failure.
  std::optional<std::string> allocate(const TensorType &type);
  /// Adds a result.
  void yield(Tensor result) { results.push_back(std::move(result)); }
  void yield(TensorType type, std::string bytes) {
    results.emplace_back(std::move(type), std::move(bytes));
  }
  /// Adds a result all of whose elements have these bytes.
  void yieldSplat(TensorType type, std::string_view element);

  /// Keeps the first failure.
  void fail(const std::string &what);
  bool failed() const { return failure.has_value(); }
  Result<std::vector<Tensor>> finish();

private:
  template <typename T> static std::string_view wantedKind() {
    if constexpr (std::is_same_v<T, Tensor>)
      return "a tensor";
    else
      return kindOf(AttributeValue(std::in_place_type<T>));
  }
  void failOnKind(const Attribute &attribute, std::string_view wanted);

  const std::vector<Operand> &operands;
  int64_t mostBytes;
  std::vector<Tensor> results;
  std::optional<std::string> failure;
};

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_FOLD_FOLDING_H
